import type { Language } from "../domain/languages.ts";

/** Tables of a terminal of 150 columns. */
export const wide = { width: 150, apart: false };

/** Whole numbers as a language writes them. */
export const numberIn = (language: Language) => {
  const format = new Intl.NumberFormat(language);
  return (value: number) => format.format(value);
};

/** A share; of a sample with half the width of its 95 % interval. */
export function percent(share: number, language: Language, digits: number, error?: number): string {
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(share * 100)} %${error === undefined ? "" : ` ± ${format.format(196 * error)}`}`;
}
