import type { Language, Sentences } from "../domain/languages.ts";
import type { Fallback } from "../monitoring/verdict.ts";
import { formatMessage } from "../rules/message.ts";

const sentences: Sentences = {
  kk: "Модель уақытша пайдаланылмайды: {since} бастап {nights, number} түн қатарынан бақылау шегіне жетті. Тізім тек ережелер мен мұқтаждық бойынша жасалды.",
  ru: "Модель временно не используется: с {since} {nights, plural, one {# ночь} few {# ночи} many {# ночей} other {# ночи}} подряд наблюдение доходило до порога. Список составлен только по правилам и нужде.",
  en: "The model is not used for now: from {since} on its monitoring reached a threshold {nights, plural, one {# night} other {# nights}} in a row. The list is made by rules and need only.",
};

/** Why a list goes on without its champion, for whoever reads the list. */
export function sayFallback({ since, nights }: Fallback, language: Language): string {
  return formatMessage(sentences[language], language, { since, nights });
}
