import * as Plot from "@observablehq/plot";
import type { Sentences } from "../domain/languages.ts";
import type { SplitMetrics } from "../experiments/backtest-result.ts";
import { chart, legend, lines, shownLook } from "./chart.ts";
import type { Html } from "./html.ts";
import { folded, groupedTable, paragraphs, section, sideBySide } from "./parts.ts";
import type { View } from "./report-view.ts";

export const curveWords = {
  title: { kk: "Кезеңнен кезеңге", ru: "От периода к периоду", en: "From window to window" },
  about: {
    kk: "Әр нүкте – бір кезең. Модельдің айналасындағы ашық жолақ – 95 % аралық. Сызық бір деңгейде тұрса, нәтижеге сенуге болады.",
    ru: "Каждая точка – один период. Светлая полоса вокруг модели – промежуток 95 %. Если линия держится на одном уровне, на результат можно полагаться.",
    en: "Each point is a window. The light band around the model is the 95 % range. A line that stays level is one to rely on.",
  },
  oneSplit: {
    kk: "Кезең біреу ғана: уақыт өте нәтиже қалай өзгеретіні көрінбейді.",
    ru: "Период всего один: как результат меняется со временем, не видно.",
    en: "There is one window only: how the result changes with time cannot be seen.",
  },
  precision: { kk: "Тізімдегі 100 отбасыдан табылғандар", ru: "Найдено из 100 семей списка", en: "Found of 100 families on the list" },
  auc: {
    kk: "AUC: 100 жұптың қаншасы дұрыс реттелді",
    ru: "AUC: сколько пар из 100 упорядочено верно",
    en: "AUC: how many pairs of 100 are in the right order",
  },
  aucIs: {
    kk: "AUC: басына жағдай түскен бір отбасы мен түспеген бір отбасын алсақ, 100 жұптың қаншасында біріншісі тізімде жоғары тұрады. 50 – тиын лақтырғанмен бірдей.",
    ru: "AUC: если взять семью, с которой это случилось, и семью, с которой нет, в скольких парах из 100 первая стоит выше. 50 – как бросить монету.",
    en: "AUC: take a family to whom it happened and one to whom it did not; in so many pairs of 100 the first stands higher. 50 is what a coin gives.",
  },
  window: { kk: "кезең", ru: "период", en: "window" },
  per100: { kk: "100-ден", ru: "из 100", en: "of 100" },
  others: { kk: "басқа модельдер", ru: "другие модели", en: "other models" },
  figures: { kk: "Барлық сандар", ru: "Все числа", en: "All figures" },
  model: { kk: "Модель", ru: "Модель", en: "Model" },
  interval: { kk: "95 % аралық", ru: "промежуток 95 %", en: "95 % range" },
  recall: {
    kk: "Басына түскен 100 отбасыдан тізімде болғандар",
    ru: "В списке из 100 семей, с которыми это случилось",
    en: "On the list of 100 to whom it happened",
  },
  described: {
    kk: "{model} моделі: {values}.",
    ru: "Модель {model}: {values}.",
    en: "The model {model}: {values}.",
  },
} as const satisfies Record<string, Sentences>;

/** Precision on the list and AUC by split, all models but ablations. */
export function curves(view: View): Html {
  const { result, speaker, of } = view;
  const { say, of100, range100, model, day } = speaker;
  const words = curveWords;
  const groups = result.splits.map(({ split, tested_from }) => ({
    name: day(tested_from),
    rows: result.results
      .filter((each) => each.split === split)
      .map(({ model: name, metrics, intervals }) => [
        model(name),
        of100(metrics.precision_at_capacity),
        range100(intervals.precision_at_capacity),
        of100(metrics.recall_at_capacity),
        of100(metrics.auc),
        range100(intervals.auc),
      ]),
  }));
  // What is looked at most is drawn last, on top of the others.
  const drawnAt = ({ name, role }: { name: string; role: string }) => (name === view.shown ? 2 : role === "baseline" ? 1 : 0);
  const head = [words.model, words.precision, words.interval, words.recall, words.auc, words.interval].map((each) => say(each));
  const series = result.models
    .filter(({ role }) => role !== "ablation")
    .map((about) => ({ about, look: view.lookOf(about), results: of(about.name) }))
    .sort((a, b) => drawnAt(a.about) - drawnAt(b.about));
  return section(
    "windows",
    say(words.title),
    paragraphs(say(words.about), say(words.aucIs), ...(result.splits.length === 1 ? [say(words.oneSplit)] : [])),
    sideBySide(...(["precision_at_capacity", "auc"] as const).map((metric) => bySplit(view, metric, series))),
    legend(
      series.toReversed().map(({ about, look }) => ({
        look,
        name: about.role === "baseline" || about.name === view.shown ? model(about.name) : say(words.others),
      })),
    ),
    folded(say(words.figures), groupedTable(say(words.title), head, groups)),
  );
}

type BySplit = { about: { name: string }; look: typeof shownLook; results: ReturnType<View["of"]> }[];

function bySplit(
  { speaker, result, shown, of }: View,
  metric: keyof SplitMetrics & ("auc" | "precision_at_capacity"),
  series: BySplit,
): Html {
  const { say, of100, model } = speaker;
  const points = (results: ReturnType<View["of"]>) =>
    results.flatMap(({ split, metrics, intervals }) => {
      const value = metrics[metric];
      const interval = intervals[metric] ?? null;
      return value === null
        ? []
        : [{ split, value: 100 * value, low: 100 * (interval?.[0] ?? value), high: 100 * (interval?.[1] ?? value) }];
    });
  const own = points(of(shown));
  const names = result.splits.map(({ split }) => split);
  const every = Math.ceil(names.length / 5);
  const title = say(curveWords[metric === "auc" ? "auc" : "precision"]);
  const values = own.map(({ split, value }) => `${split}: ${of100(value / 100)}`).join("; ");
  return chart(title, say(curveWords.described, { model: model(shown), values }), {
    x: {
      type: "point",
      domain: names,
      ticks: names.filter((_, place) => place % every === 0),
      tickFormat: shortDay,
      label: say(curveWords.window),
    },
    y: { label: say(curveWords.per100), grid: true, nice: true, ...(metric === "auc" ? {} : { zero: true }) },
    marks: [
      Plot.areaY(own, { x: "split", y1: "low", y2: "high", fill: shownLook.stroke, fillOpacity: 0.18 }),
      ...(own.length === 1 ? [Plot.ruleX(own, { x: "split", y1: "low", y2: "high", stroke: shownLook.stroke, strokeWidth: 2 })] : []),
      ...lines(
        series.map(({ about, look, results }) => ({ name: about.name, look, points: points(results) })),
        "split",
        "value",
      ),
    ],
  });
}

/** 2026-01-01 as 2026-01, a year as it is. */
function shortDay(split: string): string {
  return split.replace(/-01$/, "");
}
