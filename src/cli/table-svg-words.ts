import type { Language } from "../domain/languages.ts";
import type { Feature } from "../features/catalogue.ts";
import { currencyName, sentence } from "../lists/sentences.ts";

/** What a picture calls a feature. */
export interface AxisText {
  /** Its name. */
  title: string;
  /** Its name and unit. */
  label: string;
  /** What some of its values mean, in words; none where the catalogue does not know the feature. */
  examples: readonly string[];
}

/** Texts of the pictures of tables. */
export const plotWords = {
  kk: {
    unknown: "белгісіз",
    contribution: "мүмкіндік логарифміне қосатыны",
    share: "оқыту жолдарының үлесі",
    shades: "мүмкіндік логарифміне қосатыны; ақшыл ұяшықтарда оқыту жолы жоқ",
    when: "{value} болғанда: {text}",
  },
  ru: {
    unknown: "неизвестно",
    contribution: "вклад в логарифм шансов",
    share: "доля строк обучения",
    shades: "вклад в логарифм шансов; в бледных клетках строк обучения нет",
    when: "при {value}: {text}",
  },
  en: {
    unknown: "unknown",
    contribution: "adds to the log-odds",
    share: "share of training rows",
    shades: "adds to the log-odds; no training row is in the pale cells",
    when: "at {value}: {text}",
  },
} as const satisfies Record<Language, Record<string, string>>;

/** Words for the catalogue's units; a unit without one (flag, category, lcu) has none on the axis. */
const units: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  count: { kk: "рет", ru: "раз", en: "count" },
  days: { kk: "күн", ru: "дней", en: "days" },
  months: { kk: "ай", ru: "месяцев", en: "months" },
  quarters: { kk: "тоқсан", ru: "кварталов", en: "quarters" },
  years: { kk: "жыл", ru: "лет", en: "years" },
  persons: { kk: "адам", ru: "человек", en: "persons" },
  head: { kk: "бас", ru: "голов", en: "head" },
  m2: { kk: "м²", ru: "м²", en: "m²" },
  points: { kk: "балл", ru: "баллов", en: "points" },
  share: { kk: "үлес", ru: "доля", en: "share" },
  share_per_month: { kk: "айына үлес", ru: "доля в месяц", en: "share a month" },
  ratio: { kk: "қатынас", ru: "отношение", en: "ratio" },
  steps: { kk: "саты", ru: "ступеней", en: "steps" },
};

/** The texts of a feature: what a value of the first and one of the last cell mean, in the catalogue's sentences. */
export function axisText(
  name: string,
  feature: Feature | undefined,
  thresholds: readonly number[],
  { language, currency }: { language: Language; currency: string },
): AxisText {
  if (feature === undefined) return { title: name, label: name, examples: [] };
  const unit = feature.unit === "lcu" ? currencyName(currency, language) : units[feature.unit]?.[language];
  const numbers = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const values =
    thresholds.length === 0 || feature.type === "category" ? [] : [Math.floor(thresholds[0]!), Math.floor(thresholds.at(-1)!) + 1];
  const examples = values.map((value) => {
    const text = sentence(feature.sentences, { value }, language, currency);
    return plotWords[language].when.replace("{value}", numbers.format(value)).replace("{text}", text);
  });
  return { title: name, label: unit === undefined ? name : `${name}, ${unit}`, examples };
}
