/** A text that no spreadsheet takes for a formula: one that begins with = + - @, a tab or a return gets an apostrophe before it. */
export function guardFormula(text: string): string {
  return /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
