/** Households of the register, and of the simple random sample that was drawn of them. */
export interface Drawn {
  households: number;
  sampled: number;
}

export const isWhole = ({ households, sampled }: Drawn) => sampled === households;

/** n / (n - 1) times the finite population's correction: what sums of squared deviations over the sample are taken by. */
const correction = ({ households, sampled }: Drawn) => (sampled < 2 ? 0 : ((1 - sampled / households) * sampled) / (sampled - 1));

/** Standard error of N/n times a sum over the sample, from the sum and that of squares; 0 outside the part (Cochran, Sampling Techniques, 2.5 and 2.12). */
export function totalError(sum: number, squares: number, drawn: Drawn): number {
  const deviations = Math.max(0, squares - (sum * sum) / Math.max(1, drawn.sampled));
  return (drawn.households / Math.max(1, drawn.sampled)) * Math.sqrt(correction(drawn) * deviations);
}

/** Standard error of y / x, both sums over the sample, by linearisation: that of the sum of y - (y / x) x, over x (Cochran, 6.4). */
export function ratioError({ y, x, yy, xy, xx }: Record<"y" | "x" | "yy" | "xy" | "xx", number>, drawn: Drawn): number {
  if (x === 0) return 0;
  const ratio = y / x;
  return linearisedError(yy - 2 * ratio * xy + ratio * ratio * xx, drawn) / Math.abs(x);
}

/** The same of the share that some of the sample's families are of others that hold them. */
export function shareError(part: number, whole: number, drawn: Drawn): number {
  return ratioError({ y: part, x: whole, yy: part, xy: part, xx: whole }, drawn);
}

/** Standard error of a figure from the sum of squares of its linearised values over the sample, which add up to 0. */
export function linearisedError(squares: number, drawn: Drawn): number {
  return Math.sqrt(correction(drawn) * Math.max(0, squares));
}
