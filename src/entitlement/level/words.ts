import type { Sentences } from "../../domain/languages.ts";

/** Said of a criterion whose points are not known to the point. */
export const partlyKnown: Sentences = {
  kk: "{name}: толық белгісіз, {least, number} – {most, number} ұпай; анықтау орны: {register}",
  ru: "{name}: известно не полностью, от {least, number} до {most, number} баллов; уточнить: {register}",
  en: "{name}: not known in full, {least, number} to {most, number} points; ask: {register}",
};
