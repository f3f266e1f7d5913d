import type { Language } from "../domain/languages.ts";
import type { Feature } from "../features/catalogue.ts";
import { sentence } from "../lists/sentences.ts";
import { unitWord } from "../reports/unit-words.ts";

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

/** The texts of a feature: what a value of the first and one of the last cell mean, in the catalogue's sentences. */
export function axisText(
  name: string,
  feature: Feature | undefined,
  thresholds: readonly number[],
  { language, currency }: { language: Language; currency: string },
): AxisText {
  if (feature === undefined) return { title: name, label: name, examples: [] };
  const unit = unitWord(feature.unit, language, currency);
  const numbers = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const values =
    thresholds.length === 0 || feature.type === "category" ? [] : [Math.floor(thresholds[0]!), Math.floor(thresholds.at(-1)!) + 1];
  const examples = values.map((value) => {
    const text = sentence(feature.sentences, { value }, language, currency);
    return plotWords[language].when.replace("{value}", numbers.format(value)).replace("{text}", text);
  });
  return { title: name, label: unit === undefined ? name : `${name}, ${unit}`, examples };
}
