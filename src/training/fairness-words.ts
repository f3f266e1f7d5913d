import type { Sentences } from "../domain/languages.ts";
import type { Compared, Comparison, Verdict } from "./fairness-comparisons.ts";
import type { FairnessVerdict } from "./fairness-limits.ts";

/** The measures' names. */
const nouns = {
  recall: { kk: "Анықталған мұқтаждар үлесі", ru: "Доля выявленных нуждающихся", en: "Recall" },
  precision: { kk: "Тізімнің дәлдігі", ru: "Точность списка", en: "Precision" },
  calibration_gap: {
    kk: "Болжанған тәуекел мен нақты жағдайдың айырмасы",
    ru: "Разница предсказанного риска и действительности",
    en: "Predicted risk less what came",
  },
  listed_share: { kk: "Тізімдегі үлесі", ru: "Доля в списке", en: "Share on the list" },
} as const satisfies Record<Compared, Sentences>;

/** What follows the name of the measure; numbers are percentage points. */
const verdicts = {
  lower: {
    kk: "қалғандардан {least, number, ::.#}–{most, number, ::.#} пайыздық тармаққа төмен",
    ru: "ниже, чем у остальных: на {least, number, ::.#}–{most, number, ::.#} п. п.",
    en: "lower than the rest: by {least, number, ::.#} to {most, number, ::.#} points",
  },
  higher: {
    kk: "қалғандардан {least, number, ::.#}–{most, number, ::.#} пайыздық тармаққа жоғары",
    ru: "выше, чем у остальных: на {least, number, ::.#}–{most, number, ::.#} п. п.",
    en: "higher than the rest: by {least, number, ::.#} to {most, number, ::.#} points",
  },
  no_difference: {
    kk: "айырма табылмады, {most, number, ::.#} пайыздық тармаққа дейінгісі жоққа шығарылмайды",
    ru: "различия не найдено, до {most, number, ::.#} п. п. исключить нельзя",
    en: "no difference found, up to {most, number, ::.#} points cannot be excluded",
  },
  too_few: { kk: "айту үшін дерек аз", ru: "слишком мало данных, чтобы судить", en: "too few to tell" },
  not_tested: { kk: "тексерілмейді, тек көрсетіледі", ru: "не проверяется, только показано", en: "shown, not tested" },
} as const satisfies Record<Verdict["code"], Sentences>;

/** What the limits say of the whole. */
export const overall = {
  fair: {
    kk: "Ешбір топ белгіленген шектен артта қалмайды",
    ru: "Ни одна группа не отстаёт больше допустимого",
    en: "No group stands further behind than is allowed",
  },
  unfair: {
    kk: "Кемінде бір топ белгіленген шектен артта қалып отыр",
    ru: "Хотя бы одна группа отстаёт больше допустимого",
    en: "At least one group stands further behind than is allowed",
  },
  undecided: {
    kk: "Дерек аз: рұқсат етілгеннен артық артта қалуды жоққа шығаруға болмайды",
    ru: "Данных мало: отставание больше допустимого исключить нельзя",
    en: "Too little data: a gap above what is allowed cannot be excluded",
  },
} as const satisfies Record<FairnessVerdict["verdict"], Sentences>;

/** How many comparisons there were, and by what rule a difference is called found. */
export const manyComparisons: Sentences = {
  kk: "{compared, number} салыстырудан {found, number} айырма табылды; Бенджамини–Хохберг ережесі бойынша олардың ең көбі 5 %-ы кездейсоқ",
  ru: "Сравнений: {compared, number}, найдено различий: {found, number}; по правилу Бенджамини — Хохберга случайны в среднем не более 5 % найденных",
  en: "Of {compared, number} comparisons {found, number} differences were found; by Benjamini and Hochberg's rule at most 5 % of the found ones are expected to be chance",
};

/** A comparison as a sentence: an ICU message in each language, and its values. */
export function sentenceOf(measure: Compared, { verdict }: Comparison): { message: Sentences; values: Record<string, number> } {
  const [noun, words] = [nouns[measure], verdicts[verdict.code]];
  const message = { kk: `${noun.kk}: ${words.kk}`, ru: `${noun.ru}: ${words.ru}`, en: `${noun.en}: ${words.en}` };
  const { code, ...numbers } = verdict;
  return { message, values: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, 100 * value])) };
}
