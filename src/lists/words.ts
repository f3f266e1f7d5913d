import type { Language, Sentences } from "../domain/languages.ts";
import type { Tier } from "../domain/tiers.ts";

const tierWords: Readonly<Record<Tier, Sentences>> = {
  emergency: { kk: "шұғыл", ru: "экстренный", en: "emergency" },
  high: { kk: "жоғары", ru: "высокий", en: "high" },
  elevated: { kk: "көтеріңкі", ru: "повышенный", en: "elevated" },
  watch: { kk: "бақылау", ru: "наблюдение", en: "watch" },
  unknown: { kk: "белгісіз", ru: "неизвестно", en: "unknown" },
  none: { kk: "белгі жоқ", ru: "нет признаков", en: "none" },
};

const basisWords: Readonly<Record<string, Sentences>> = {
  emergency_rule: { kk: "шұғыл ереже", ru: "экстренное правило", en: "emergency rule" },
  need: { kk: "қазіргі мұқтаждық", ru: "нужда сейчас", en: "need now" },
  risk: { kk: "болжанған тәуекел", ru: "риск впереди", en: "risk ahead" },
  rule: { kk: "ереже", ru: "правило", en: "rule" },
  unseen_lane: { kk: "деректе көрінбейтіндер", ru: "невидимые в данных", en: "lane for the unseen" },
};

/** A tier's name in a language. */
export function tierWord(tier: Tier, language: Language): string {
  return tierWords[tier][language];
}

/** What a tier rests on, in a language. */
export function basisWord(basis: string, language: Language): string {
  return basisWords[basis]?.[language] ?? basis;
}
