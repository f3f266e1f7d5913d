import type { Language, Sentences } from "../domain/languages.ts";
import type { Standing } from "./definition.ts";

/** Days of an average month. */
export const monthDays = 30.4375;

const groupWords: Readonly<Record<string, Sentences>> = {
  large: { kk: "көпбалалы", ru: "многодетные", en: "large families" },
  single_parent: { kk: "толық емес", ru: "неполные", en: "single parents" },
  with_disability: { kk: "мүгедектігі бар", ru: "с инвалидностью", en: "with disability" },
  elderly: { kk: "қарты бар", ru: "с пожилыми", en: "with elderly" },
  rural: { kk: "ауыл", ru: "село", en: "rural" },
  urban: { kk: "қала", ru: "город", en: "urban" },
};

const standingWords: Readonly<Record<Standing, Sentences>> = {
  met: { kk: "орындалды", ru: "достигнут", en: "met" },
  partly: { kk: "ішінара", ru: "частично", en: "partly" },
  missed: { kk: "орындалмады", ru: "не достигнут", en: "missed" },
  no_target: { kk: "мақсаты жоқ", ru: "цели нет", en: "no target" },
  not_measured: { kk: "өлшенбеді", ru: "не измерен", en: "not measured" },
  hidden: { kk: "аз сан, жасырылды", ru: "мало, скрыто", en: "few, hidden" },
};

const periodWords: Readonly<Record<string, Sentences>> = {
  on_date: { kk: "осы күнге", ru: "на дату", en: "on the date" },
  last_year: { kk: "соңғы 12 ай", ru: "последние 12 месяцев", en: "the last 12 months" },
  leavers_year_before: { kk: "1–2 жыл бұрын шыққандар", ru: "вышедшие 1–2 года назад", en: "leavers of 1 to 2 years ago" },
  reference_quarter: { kk: "соңғы толық тоқсан", ru: "последний полный квартал", en: "the last complete quarter" },
  year_on_year: { kk: "тоқсан бір жыл бұрынғыға", ru: "квартал к кварталу год назад", en: "quarter against a year ago" },
  last_three_months: { kk: "соңғы 3 толық ай", ru: "последние 3 полных месяца", en: "the last 3 complete months" },
  school_months: { kk: "соңғы 3 оқу айы", ru: "последние 3 учебных месяца", en: "the last 3 months of school" },
};

const curveWords: Readonly<Record<string, Sentences>> = {
  stay: { kk: "Бағдарламада әлі қалғандар", ru: "Ещё в программе", en: "Still in the programme" },
  return: { kk: "Шыққан соң оралмағандар", ru: "Не вернулись после выхода", en: "Not back after leaving" },
};

const notMeasuredWords = {
  not_complete: {
    kk: "мұнда толық тіркелім жоқ: {registers}",
    ru: "регистр здесь не полон: {registers}",
    en: "the register is not complete here: {registers}",
  },
  nobody: {
    kk: "есептейтін ешкім жоқ немесе бәрі белгісіз",
    ru: "считать некого или всё неизвестно",
    en: "nobody to count, or all unknown",
  },
  does_not_add_up: {
    kk: "бірнеше аумаққа қосылмайды: аумақты жеке сұраңыз",
    ru: "по нескольким территориям не складывается: спросите по одной",
    en: "does not add up over several areas: ask for one",
  },
} as const satisfies Record<string, Sentences>;
export type NotMeasured = keyof typeof notMeasuredWords;

export const groupWord = (group: string, language: Language): string => groupWords[group]?.[language] ?? group;
export const standingWord = (standing: Standing, language: Language): string => standingWords[standing][language];
export const periodWord = (period: string, language: Language): string => periodWords[period]?.[language] ?? period;
export const curveWord = (curve: string, language: Language): string => curveWords[curve]?.[language] ?? curve;

/** Why an indicator has no figure. */
export function notMeasuredWord(reason: NotMeasured, registers: readonly string[], language: Language): string {
  return notMeasuredWords[reason][language].replace("{registers}", registers.join(", "));
}
