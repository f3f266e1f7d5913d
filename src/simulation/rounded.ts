/** A figure as it is kept. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
