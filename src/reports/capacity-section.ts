import * as Plot from "@observablehq/plot";
import type { Sentences } from "../domain/languages.ts";
import type { SplitResult } from "../experiments/backtest-result.ts";
import { chart, legend, lines, quiet, type Series, shownLook } from "./chart.ts";
import { curveWords } from "./curves.ts";
import type { Html } from "./html.ts";
import { folded, paragraphs, section, sideBySide, table } from "./parts.ts";
import { meanOf, type View } from "./report-view.ts";

export const capacityWords = {
  title: { kk: "Тізім ұзын не қысқа болса", ru: "Если список длиннее или короче", en: "If the list were longer or shorter" },
  about: {
    kk: "Тізім ұзарса, көбірек мұқтаж отбасы табылады, бірақ бос барулар да көбейеді. Тік сызық – қазіргі ұзындық ({share}).",
    ru: "Чем длиннее список, тем больше нужных семей в нём, но и тем больше напрасных посещений. Вертикальная черта – нынешняя длина ({share}).",
    en: "A longer list holds more of the families in need, and more visits that were not needed. The vertical line is the present length ({share}).",
  },
  wholeCountry: {
    kk: "Мұнда бүкіл ел бойынша бір ортақ тізім алынған, сондықтан сандар {by} жасалған тізімдердікінен сәл өзгеше.",
    ru: "Здесь взят один общий список на всю страну, поэтому числа немного отличаются от списков {by}.",
    en: "Here one list for the whole country is taken, so the figures differ a little from those of lists {by}.",
  },
  region: { kk: "облыстар бойынша", ru: "по областям", en: "by region" },
  district: { kk: "аудандар бойынша", ru: "по районам", en: "by district" },
  example: {
    kk: "Мысалы, соңғы кезеңде отбасылардың {share} тізімге кірсе: тізімдегі 100 отбасының {precision} табылады, ал басына жағдай түскен 100 отбасының {recall} тізімде болады.",
    ru: "Например, в последнем периоде, если в списке {share} семей: из 100 семей списка найдено {precision}, а из 100 семей, с которыми это случилось, в списке {recall}.",
    en: "For instance, in the last window, with {share} of families on the list: it finds {precision} of 100 on it, and it holds {recall} of 100 families to whom it happened.",
  },
  precision: { kk: "Тізімдегі 100 отбасыдан табылғандар", ru: "Найдено из 100 семей списка", en: "Found of 100 families on the list" },
  recall: {
    kk: "Басына түскен 100 отбасыдан тізімде",
    ru: "В списке из 100, с кем это случилось",
    en: "On the list of 100 to whom it happened",
  },
  share: { kk: "тізімдегі отбасылар үлесі, %", ru: "доля семей в списке, %", en: "families on the list, %" },
  shareHead: { kk: "Тізімдегі үлес", ru: "Доля в списке", en: "Share on the list" },
  last: { kk: "{model}, соңғы кезең", ru: "{model}, последний период", en: "{model}, last window" },
  mean: { kk: "{model}, кезеңдер орташасы", ru: "{model}, среднее по периодам", en: "{model}, mean over the windows" },
} as const satisfies Record<string, Sentences>;

type Point = SplitResult["curve"][number];

/** Precision and recall by the length of the list. */
export function capacitySection(view: View): Html {
  const { result, speaker, shown, of } = view;
  const { say, percent, of100, model } = speaker;
  const words = capacityWords;
  const last = of(shown).at(-1)!.curve;
  const average = averaged(of(shown));
  const rankings = result.models.filter(({ role }) => role === "baseline");
  const series: Series<Point>[] = [
    ...rankings.map((about) => ({
      name: say(words.last, { model: model(about.name) }),
      look: view.lookOf(about),
      points: of(about.name).at(-1)!.curve,
    })),
    {
      name: say(words.mean, { model: model(shown) }),
      look: { ...shownLook, stroke: "var(--fifth)", dash: "5,3", symbol: "plus", strokeWidth: 2 },
      points: average,
    },
    { name: say(words.last, { model: model(shown) }), look: shownLook, points: last },
  ];
  const drawn = result.splits.length > 1 ? series : series.filter(({ points }) => points !== average);
  const twice = last.find(({ share }) => share >= 2 * result.capacity.share) ?? last.at(-1)!;
  const rows = last.map(({ share, precision, recall }, place) => [
    percent(share),
    of100(precision),
    of100(average[place]!.precision),
    of100(recall),
    of100(average[place]!.recall),
  ]);
  const head = [
    say(words.shareHead),
    ...[words.precision, words.recall].flatMap((each) => [
      `${say(each)} (${say(words.last, { model: model(shown) })})`,
      `${say(each)} (${say(words.mean, { model: model(shown) })})`,
    ]),
  ];
  const example = { share: percent(twice.share), precision: of100(twice.precision), recall: of100(twice.recall) };
  return section(
    "capacity",
    say(words.title),
    paragraphs(
      say(words.about, { share: percent(result.capacity.share) }),
      say(words.example, example),
      ...(result.capacity.by === "country" ? [] : [say(words.wholeCountry, { by: say(words[result.capacity.by]) })]),
    ),
    sideBySide(...(["precision", "recall"] as const).map((side) => byShare(view, side, drawn, example))),
    legend([...drawn].reverse()),
    folded(say(curveWords.figures), table(say(words.title), head, rows)),
  );
}

function byShare(
  { speaker: { say, of100 }, result }: View,
  side: "precision" | "recall",
  series: readonly Series<Point>[],
  example: Record<string, string>,
): Html {
  const asPercent = series.map((each) => ({
    ...each,
    points: each.points.map((point) => ({ share: 100 * point.share, value: point[side] === null ? Number.NaN : 100 * point[side] })),
  }));
  return chart(say(capacityWords[side]), say(capacityWords.example, example), {
    x: { type: "log", ticks: [1, 2, 5, 10, 20, 50, 100], tickFormat: (share: number) => String(share), label: say(capacityWords.share) },
    y: { label: say(curveWords.per100), grid: true, zero: true, nice: true },
    marks: [
      Plot.ruleX([100 * result.capacity.share], { stroke: quiet, strokeWidth: 1.5 }),
      Plot.text([{ x: 100 * result.capacity.share }], {
        x: "x",
        text: () => `${of100(result.capacity.share)} %`,
        frameAnchor: "top",
        dy: -12,
        fill: "currentColor",
      }),
      ...lines(asPercent, "share", "value"),
    ],
  });
}

function averaged(results: readonly SplitResult[]): Point[] {
  return results[0]!.curve.map(({ share }, place) => ({
    share,
    precision: meanOf(results.map(({ curve }) => curve[place]?.precision))!,
    recall: meanOf(results.map(({ curve }) => curve[place]?.recall)),
  }));
}
