import type { Sentences } from "../domain/languages.ts";
import type { Selection } from "../experiments/backtest-result.ts";
import { answerWords, unmetText } from "./answer.ts";
import { type Html, html } from "./html.ts";
import { paragraphs, section, table } from "./parts.ts";
import type { View } from "./report-view.ts";

/** What a model is chosen by, with its unit. */
const metrics = {
  precision_at_capacity: {
    kk: "тізімдегі 100 отбасыдан табылғандар",
    ru: "найдено из 100 семей списка",
    en: "found of 100 families on the list",
  },
  recall_at_capacity: {
    kk: "жағдай болған 100 отбасыдан тізімде болғандар",
    ru: "оказалось в списке из 100 семей, с которыми это случилось",
    en: "on the list of 100 families to whom it happened",
  },
  auc: {
    kk: "AUC: 100 жұптың дұрыс реттелгендері",
    ru: "AUC: верно упорядочено пар из 100",
    en: "AUC: pairs rightly ordered, of 100",
  },
  average_precision: {
    kk: "орташа дәлдік, 100-ден",
    ru: "средняя точность, из 100",
    en: "average precision, of 100",
  },
} as const satisfies Record<Selection["metric"], Sentences>;

export const selectionWords = {
  title: { kk: "Модель қалай таңдалды", ru: "Как выбрана модель", en: "How the model was chosen" },
  regret: {
    kk: "Өкініш – модельдің әр кезеңдегі ең жақсы модельден қаншаға қалғаны. Өкініші аз модель ешбір жылы қатты ұтылмайды; бір рет жолы болған модель жеңбейді.",
    ru: "Сожаление – насколько модель отстала от лучшей модели каждого периода. У кого оно мало, тот ни разу не проиграл сильно; однажды повезло – этого мало.",
    en: "Regret is how far a model was behind the best one of each window. Who has little of it never lost by much; to have been lucky once is not enough.",
  },
  by: {
    kk: "Салыстырылатын шама: {metric}. Таңдау: {by}.",
    ru: "Что сравнивается: {metric}. Выбор: {by}.",
    en: "What is compared: {metric}. The choice is by {by}.",
  },
  mean_regret: { kk: "орташа өкініш бойынша", ru: "по среднему сожалению", en: "mean regret" },
  worst_regret: { kk: "ең үлкен өкініш бойынша", ru: "по наибольшему сожалению", en: "worst regret" },
  model: { kk: "Модель", ru: "Модель", en: "Model" },
  mean: { kk: "Орташа өкініш, 100-ден", ru: "Среднее сожаление, из 100", en: "Mean regret, of 100" },
  worst: { kk: "Ең үлкен өкініш, 100-ден", ru: "Наибольшее сожаление, из 100", en: "Worst regret, of 100" },
  metric: { kk: "Орташа мән, 100-ден", ru: "Среднее значение, из 100", en: "Mean value, of 100" },
  wins: { kk: "Ең жақсы болған кезеңдер", ru: "Лучшая в периодах", en: "Best in windows" },
  verdict: { kk: "Қорытынды", ru: "Вывод", en: "Verdict" },
  chosen: { kk: "таңдалды", ru: "выбрана", en: "chosen" },
  may: { kk: "шарттарды орындайды", ru: "условия выполняет", en: "keeps the conditions" },
} as const satisfies Record<string, Sentences>;

export const selectionMetricWords = metrics;

/** Every candidate by regret. */
export function selection({ result, speaker, shown }: View): Html {
  const { say, of100, model } = speaker;
  const words = selectionWords;
  const { metric, by, chosen, ranking } = result.selection;
  const head = [words.model, words.mean, words.worst, words.metric, words.wins, words.verdict].map((each) => say(each));
  const rows = ranking.map((row) => [
    row.model === shown ? html`<strong>${model(row.model)}</strong>` : model(row.model),
    of100(row.mean_regret),
    of100(row.worst_regret),
    of100(row.mean_metric),
    say(answerWords.of, { count: row.wins, all: result.splits.length }),
    row.unmet.length > 0
      ? row.unmet.map((each) => unmetText(speaker, each)).join("; ")
      : say(row.model === chosen ? words.chosen : words.may),
  ]);
  return section(
    "selection",
    say(words.title),
    paragraphs(say(words.regret), say(words.by, { metric: say(metrics[metric]), by: say(words[by]) })),
    table(say(words.title), head, rows),
  );
}
