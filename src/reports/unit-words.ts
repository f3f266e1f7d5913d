import type { Language, Sentences } from "../domain/languages.ts";
import { currencyName } from "../lists/sentences.ts";

/** Words for the catalogue's units; a unit without one (flag, category, lcu) has none on the axis. */
export const units: Readonly<Record<string, Sentences>> = {
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

/** What a value of a unit counts; undefined for a unit without a word. */
export function unitWord(unit: string, language: Language, currency: string): string | undefined {
  return unit === "lcu" ? currencyName(currency, language) : units[unit]?.[language];
}
