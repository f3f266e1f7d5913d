import * as Plot from "@observablehq/plot";
import type { Sentences } from "../domain/languages.ts";
import { chart, quiet, shownLook } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { folded, paragraphs, section, sideBySide, table, withRange } from "./parts.ts";
import type { View } from "./report-view.ts";
import type { Speaker } from "./speaker.ts";

export const reliabilityWords = {
  title: {
    kk: "Айтқан ықтималдығына сенуге бола ма",
    ru: "Можно ли верить названной вероятности",
    en: "Can the stated probability be believed",
  },
  about: {
    kk: "Модель әр отбасыға ықтималдық айтады. Соңғы кезеңнің отбасылары оның өсуі бойынша тең топтарға бөлінді. Нүкте түзудің бойында жатса, айтылғаны расталды; түзуден жоғары – тәуекел кем айтылған, төмен – артық айтылған.",
    ru: "Модель называет вероятность для каждой семьи. Семьи последнего периода разбиты на равные группы по её возрастанию. Точка на прямой – названное сбылось; выше – риск занижен, ниже – завышен.",
    en: "The model states a probability for each family. Those of the last window are parted into equal groups by it, rising. A point on the line: what was stated came; above it the risk was understated, below it overstated.",
  },
  error: {
    kk: "Айтылған және нақты үлес соңғы кезеңде орта есеппен {ece} айырмаланады (пайыздық тармақ).",
    ru: "Названная и действительная доли в последнем периоде расходятся в среднем на {ece} п. п.",
    en: "In the last window the stated and the real share differ by {ece} percentage points on average.",
  },
  highest: {
    kk: "Тәуекелі ең жоғары топта ({n} отбасы) модель 100-ден {predicted} деді, шын мәнінде {observed} болды.",
    ru: "В группе с самым высоким риском ({n} семей) модель назвала {predicted} из 100, на деле вышло {observed}.",
    en: "In the group of highest risk ({n} families) the model said {predicted} of 100, and it was {observed}.",
  },
  none: { kk: "Бұл модель ықтималдық айтпайды.", ru: "Эта модель вероятностей не называет.", en: "This model states no probabilities." },
  chart: { kk: "Айтылған және нақты, топ бойынша", ru: "Названо и сбылось, по группам", en: "Stated and real, by group" },
  regions: { kk: "Айтылған және нақты, облыс бойынша", ru: "Названо и сбылось, по областям", en: "Stated and real, by region" },
  predicted: { kk: "модель айтқаны, 100-ден", ru: "названо моделью, из 100", en: "stated by the model, of 100" },
  observed: { kk: "шын мәнінде, 100-ден", ru: "на деле, из 100", en: "in fact, of 100" },
  families: { kk: "Отбасылар", ru: "Семей", en: "Families" },
  group: { kk: "Топ", ru: "Группа", en: "Group" },
  region: { kk: "Облыс", ru: "Область", en: "Region" },
  gap: { kk: "Айырма, пайыздық тармақ (95 %)", ru: "Разница, п. п. (95 %)", en: "Difference, points (95 %)" },
  byGroup: { kk: "Топтар бойынша сандар", ru: "Числа по группам", en: "Figures by group" },
  eachRegion: {
    kk: "Әр облыс жеке: ықтималдықтың өсуі бойынша топтар",
    ru: "Каждая область отдельно: группы по возрастанию вероятности",
    en: "Each region by itself: groups by rising probability",
  },
  eachRegionAbout: {
    kk: "Тік сызықша – 95 % аралық. Ол түзуге жетсе, айырма кездейсоқ болуы мүмкін. Отбасысы аз облыста топ та аз.",
    ru: "Вертикальная черта – промежуток 95 %. Если она достаёт до прямой, разница может быть случайной. Где семей мало, там и групп меньше.",
    en: "An upright stroke is the 95 % range. Where it reaches the line, the difference may be chance. A region with few families has fewer groups.",
  },
  byRegion: { kk: "Облыстар бойынша сандар", ru: "Числа по областям", en: "Figures by region" },
} as const satisfies Record<string, Sentences>;

interface Bin {
  n: number;
  predicted: number;
  observed: number;
  interval?: readonly [number, number];
}

/** What was foretold beside what came, by tenths and by region. */
export function reliabilitySection({ result, speaker, shown, of, lastSplit }: View): Html {
  const { say, of100, range100, count } = speaker;
  const words = reliabilityWords;
  const last = of(shown).at(-1)!;
  const bins = last.reliability.map(({ n, mean_probability, observed }): Bin => ({ n, predicted: mean_probability, observed }));
  const top = bins.at(-1);
  if (top === undefined) return section("reliability", say(words.title), paragraphs(say(words.none)));
  const highest = say(words.highest, { n: count(top.n), predicted: of100(top.predicted), observed: of100(top.observed) });
  const regions = regionsOf(result.fairness);
  const axes = { x: say(words.predicted), y: say(words.observed) };
  const title = `${say(words.chart)} (${lastSplit.split})`;
  const regionRows = regions.map(({ code, n, predicted, observed, gapInterval }) => [
    result.fairness!.regions[code]?.[speaker.language] ?? code,
    count(n),
    of100(predicted),
    of100(observed),
    withRange(of100(predicted - observed), range100(gapInterval)),
  ]);
  const binRows = bins.map(({ n, predicted, observed }, place) => [String(place + 1), count(n), of100(predicted), of100(observed)]);
  const head = [words.families, words.predicted, words.observed].map((each) => say(each));
  return section(
    "reliability",
    say(words.title),
    paragraphs(say(words.about), say(words.error, { ece: of100(last.metrics.ece) }), highest),
    sideBySide(scatter(title, highest, bins, axes), ...(regions.length > 1 ? [scatter(say(words.regions), highest, regions, axes)] : [])),
    folded(say(words.byGroup), table(title, [say(words.group), ...head], binRows)),
    regions.length === 0
      ? html``
      : folded(say(words.byRegion), table(say(words.regions), [say(words.region), ...head, say(words.gap)], regionRows)),
    eachRegion(result.fairness, speaker, axes),
  );
}

function regionsOf(fairness: View["result"]["fairness"]) {
  return (fairness?.last.measured.cells ?? [])
    .filter(({ columns }) => columns.length === 1 && columns[0] === "region_code")
    .flatMap(({ values, n, measures: { base_rate, calibration_gap } }) =>
      base_rate.value === null || calibration_gap.value === null
        ? []
        : [
            {
              ...{ code: values[0]!, n, observed: base_rate.value, gapInterval: calibration_gap.interval },
              predicted: base_rate.value + calibration_gap.value,
            },
          ],
    );
}

/** The curve of each region, folded away. */
function eachRegion(fairness: View["result"]["fairness"], { say, language, of100, count }: Speaker, axes: { x: string; y: string }): Html {
  const curves = Object.entries(fairness?.reliability ?? {});
  if (curves.length < 2) return html``;
  const charts = curves.map(([code, bins]) => {
    const top = bins.at(-1)!;
    const described = say(reliabilityWords.highest, { n: count(top.n), predicted: of100(top.predicted), observed: of100(top.observed) });
    return scatter(fairness!.regions[code]?.[language] ?? code, described, bins, axes);
  });
  return folded(
    say(reliabilityWords.eachRegion),
    html`${paragraphs(say(reliabilityWords.eachRegionAbout))}<div class="charts">${charts}</div>`,
  );
}

function scatter(title: string, description: string, points: readonly Bin[], axes: { x: string; y: string }): Html {
  const most = Math.min(
    100,
    105 * Math.max(...points.flatMap(({ predicted, observed, interval }) => [predicted, observed, interval?.[1] ?? 0]), 0.01),
  );
  const shown = points.map(({ predicted, observed, interval: [low, high] = [observed, observed] }) => ({
    ...{ x: 100 * predicted, y: 100 * observed, low: 100 * low, high: 100 * high },
  }));
  return chart(title, description, {
    x: { label: axes.x, domain: [0, most], grid: true, ticks: 6 },
    y: { label: axes.y, domain: [0, most], grid: true, ticks: 6 },
    marks: [
      Plot.line(
        [
          [0, 0],
          [most, most],
        ],
        { stroke: quiet, strokeDasharray: "4,4" },
      ),
      Plot.dot(shown, { x: "x", y: "y", r: 5, fill: shownLook.stroke, fillOpacity: 0.75 }),
      Plot.ruleX(shown, { x: "x", y1: "low", y2: "high", stroke: shownLook.stroke, strokeWidth: 1.5 }),
    ],
  });
}
