import * as Plot from "@observablehq/plot";
import type { Sentences } from "../domain/languages.ts";
import type { FittedParts } from "../experiments/about-shown.ts";
import { chart } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { paragraphs } from "./parts.ts";
import type { Speaker } from "./speaker.ts";
import { type HeatCell, heatMap } from "./table-axis.ts";
import { unitWord } from "./unit-words.ts";

type Pair = FittedParts["pairs"][number];

export const pairWords = {
  title: { kk: "Белгілер жұппен", ru: "Признаки попарно", en: "Features in pairs" },
  about: {
    kk: "Бұл карталар екі белгінің бірге қосатынын көрсетеді: әрқайсысының жеке әсеріне үстеме. Қызыл ұяшық мүмкіндікті арттырады, көк азайтады; түсі неғұрлым қою болса, соғұрлым көп. Ақшыл ұяшықтағыдай отбасылар үйрену деректерінде болмаған.",
    ru: "Эти карты показывают, что два признака добавляют вместе, сверх действия каждого в отдельности. Красная клетка повышает шансы, синяя снижает; чем гуще цвет, тем сильнее. Таких семей, как в бледных клетках, при обучении не было.",
    en: "These maps show what two features add together, beyond what each does alone. A red cell raises the odds, a blue one lowers them; the deeper the colour, the more. Families as in the pale cells were not learned from.",
  },
  more: {
    kk: "Салмағы аз тағы {more, number} жұп көрсетілмеген.",
    ru: "Ещё пар с меньшим весом, здесь не показанных: {more, number}.",
    en: "{more, plural, one {One more pair weighs less and is} other {# more pairs weigh less and are}} not shown.",
  },
  most: {
    kk: "Ең көп арттыратыны (×{times}): {first}; {second}.",
    ru: "Сильнее всего повышает (×{times}): {first}; {second}.",
    en: "Raises most (×{times}): {first}; {second}.",
  },
  least: {
    kk: "Ең көп азайтатыны (×{times}): {first}; {second}.",
    ru: "Сильнее всего снижает (×{times}): {first}; {second}.",
    en: "Lowers most (×{times}): {first}; {second}.",
  },
  unknown: { kk: "белгісіз", ru: "неизвестно", en: "unknown" },
} as const satisfies Record<string, Sentences>;

/** What the strongest pairs of features do beyond each alone, a map of each; nothing where the model looks at none. */
export function pairCharts({ pairs, more_pairs, currency }: FittedParts, speaker: Speaker): Html {
  if (pairs.length === 0) return html``;
  const { say } = speaker;
  return html`<h3>${say(pairWords.title)}</h3>${paragraphs(say(pairWords.about))}
<div class="charts small">${pairs.map((pair) => pairChart(pair, speaker, currency))}</div>${
    more_pairs > 0 ? paragraphs(say(pairWords.more, { more: more_pairs })) : html``
  }`;
}

/** Cells of fewer rows than this share are not named as the ones that move risk most. */
const leastShare = 0.005;

function pairChart({ features, units, table }: Pair, speaker: Speaker, currency: string): Html {
  const { say, language, number } = speaker;
  const { cells, axis } = heatMap(table);
  const total = table.weights.reduce((sum, weight) => sum + weight, 0);
  const told = cells.filter(({ weight }) => weight >= leastShare * total);
  const byValue = (told.length > 0 ? told : cells).toSorted((a, b) => a.value - b.value);
  const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3, notation: "compact" });
  const rangeOf = (side: 0 | 1, cell: number): string => {
    const edges = table.thresholds[side]!;
    const [from, to] = [edges[cell - 1], edges[cell]];
    const unit = unitWord(units[side], language, currency);
    const known =
      from === undefined
        ? `≤ ${short.format(to!)}`
        : to === undefined
          ? `> ${short.format(from)}`
          : `${short.format(from)} – ${short.format(to)}`;
    return `${features[side]} ${cell > edges.length ? say(pairWords.unknown) : unit === undefined ? known : `${known} ${unit}`}`;
  };
  const at = ({ row, column, value }: HeatCell) => ({
    times: number(Math.exp(value), 2),
    first: rangeOf(0, row),
    second: rangeOf(1, column),
  });
  const texts = [say(pairWords.most, at(byValue.at(-1)!)), say(pairWords.least, at(byValue[0]!))];
  const most = Math.max(...cells.map(({ value }) => Math.abs(value)), 1e-12);
  const tickOf = (threshold: number) => short.format(threshold);
  const unknown = say(pairWords.unknown);
  const drawn = chart(
    features.join(" × "),
    texts.join(" "),
    {
      ...{ marginLeft: 62, marginRight: 14 },
      color: { type: "diverging", scheme: "RdBu", reverse: true, domain: [-most, most], pivot: 0 },
      x: { ...axis("right", unknown, tickOf, 4), label: features[1] },
      y: { ...axis("up", unknown, tickOf, 6), label: features[0] },
      marks: [
        Plot.rect(cells, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: "value", fillOpacity: ({ weight }) => (weight > 0 ? 1 : 0.25) }),
      ],
    },
    { width: 320, height: 250 },
  );
  return html`<div>${drawn}${texts.map((text) => html`<p>${text}</p>`)}</div>`;
}
