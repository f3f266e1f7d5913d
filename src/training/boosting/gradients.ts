import type { Units } from "./kernel.ts";
import { isDrawn } from "./sampling.ts";
import type { Place, Work } from "./work.ts";

/** Gradients and Hessians are whole parts of 1 / 2^30 and their products with weights whole parts of a unit, so that every sum is exact: the same in any order and on any threads. */
const fineness = 2 ** 30;
const word = 2 ** 32;
/** One row, above the 48 bits of a Hessian. */
const oneRow = 0x10000;

/**
 * The units of the records' whole numbers: powers of two, so large that a sum over all rows stays below 2^52 units, and, where rows are counted above the
 * Hessian, a sum of Hessians over 32,768 rows below 2^48.
 */
export function unitsOf(weights: Float64Array | null, rows: number, hasCounts: boolean): Units {
  if (weights === null) return { gradient: 2 ** Math.max(-30, Math.ceil(Math.log2(rows)) - 52), count: 1 };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const finest = Math.ceil(Math.log2(total)) - 50;
  const packed = Math.ceil(Math.log2(weights.reduce((most, weight) => Math.max(most, weight)))) - 35;
  return { gradient: 2 ** (hasCounts ? finest : Math.max(finest, packed)), count: 2 ** finest };
}

/** What each row counts for, once for the whole fit. */
export function writeCounts({ views, units, stretches }: Place): void {
  for (const [from, until] of stretches)
    for (let row = from; row < until; row++) writeWhole(views.countRecords, 4 * row, Math.round(views.weight[row]! / units.count));
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
function weigh({ views, units, shape }: Work, from: number, until: number): void {
  const { records, weight } = views;
  const scale = 1 / (fineness * units.gradient);
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
