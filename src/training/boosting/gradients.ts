import { isDrawn } from "./sampling.ts";
import type { Place, Work } from "./work.ts";

/** Gradients and Hessians are whole parts of 1 / 2^30 and their products with weights whole parts of a unit, so that every sum is exact: the same in any order and on any threads. */
const fineness = 2 ** 30;
const word = 2 ** 32;
/** One row, above the 48 bits of a Hessian. */
const oneRow = 0x10000;

/**
 * What one of the records' whole numbers is worth: a power of two, so large that no sum of gradients or weights over all rows comes to 2^53 of them, and,
 * with weights, no sum of Hessians (each at most a quarter of its weight) to the 2^48 that leave the count of rows above it alone.
 */
export function unitOf(weights: Float64Array | null, rows: number): number {
  if (weights === null) return 2 ** Math.max(-30, Math.ceil(Math.log2(rows)) - 52);
  return 2 ** (Math.ceil(Math.log2(weights.reduce((sum, weight) => sum + weight, 0))) - 49);
}

/** What each row counts for, once for the whole fit. */
export function writeCounts({ views, unit, stretches }: Place): void {
  for (const [from, until] of stretches)
    for (let row = from; row < until; row++) writeWhole(views.countRecords, 4 * row, Math.round(views.weight[row]! / unit));
}

/**
 * Brings the log-odds of this thread's rows up to the last tree, writes their gradients and Hessians there, and lists the rows that the round draws in
 * the thread's part of `index`, ascending, those not drawn behind them. Gives the number of drawn rows.
 */
export function startRound(work: Work, round: number): number {
  const { views, settings, kernel, start, own, stretches } = work;
  const { index, numbers } = views;
  const { seed, rowShare } = settings;
  let [drawn, undrawn] = [start, start + own];
  for (const [from, until] of stretches) {
    kernel.gradients(from, until);
    weigh(work, from, until);
    for (let row = from; row < until; row++)
      if (rowShare === 1 || isDrawn(seed, round, numbers[row]!, rowShare)) index[drawn++] = row;
      else index[--undrawn] = row;
  }
  return drawn - start;
}

/** Turns the records of some rows from parts of 2^-30 into units, times the rows' weights. */
function weigh({ views, unit, shape }: Work, from: number, until: number): void {
  const { records, weight } = views;
  const scale = 1 / (fineness * unit);
  if (!shape.isWeighted && scale === 1) return;
  const upper = shape.hasCounts ? 0 : oneRow;
  for (let row = from; row < until; row++) {
    const by = shape.isWeighted ? scale * weight[row]! : scale;
    const [gradient, hessian] = [records[4 * row]!, records[4 * row + 2]!];
    writeWhole(records, 4 * row, Math.round(gradient * by));
    writeWhole(records, 4 * row + 2, Math.round(hessian * by));
    records[4 * row + 3]! += upper;
  }
}

/** A whole number below 2^53 as one of 64 bits; what is stored of `value` is its lower 32. */
function writeWhole(words: Int32Array, at: number, value: number): void {
  words[at] = value;
  words[at + 1] = Math.floor(value / word);
}
