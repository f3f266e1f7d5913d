import { sigmoid } from "../sigmoid.ts";
import type { Units } from "./kernel.ts";
import { isDrawn } from "./sampling.ts";
import type { Work } from "./work.ts";

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
export function writeCounts({ views, units, stretches }: Work): void {
  for (const [from, until] of stretches)
    for (let row = from; row < until; row++) writeWhole(views.countRecords, 4 * row, Math.round(views.weight[row]! / units.count));
}

/**
 * Writes gradient and Hessian of the log loss of each of this thread's rows that the round draws, and the drawn rows into the thread's part of `index`, ascending,
 * those not drawn behind them. Gives the number of drawn rows.
 */
export function startRound(work: Work, round: number): number {
  const { views, settings, start, own, stretches } = work;
  const { margin, label, index, numbers } = views;
  const { seed, rowShare } = settings;
  const write = recordWriter(work);
  let [drawn, undrawn] = [start, start + own];
  for (const [from, until] of stretches)
    for (let row = from; row < until; row++) {
      if (rowShare < 1 && !isDrawn(seed, round, numbers[row]!, rowShare)) {
        index[--undrawn] = row;
        continue;
      }
      index[drawn++] = row;
      const probability = sigmoid(margin[row]!);
      write(row, Math.round((probability - label[row]!) * fineness), Math.round(probability * (1 - probability) * fineness));
    }
  return drawn - start;
}

function recordWriter({ views, units, shape }: Work): (row: number, gradient: number, hessian: number) => void {
  const { records, weight } = views;
  if (!shape.isWeighted && units.gradient * fineness === 1)
    return (row, gradient, hessian) => {
      records[4 * row] = gradient;
      records[4 * row + 1] = gradient >> 31;
      records[4 * row + 2] = hessian;
      records[4 * row + 3] = oneRow;
    };
  const scale = 1 / (fineness * units.gradient);
  const upper = shape.hasCounts ? 0 : oneRow;
  return (row, gradient, hessian) => {
    const by = shape.isWeighted ? scale * weight[row]! : scale;
    writeWhole(records, 4 * row, Math.round(gradient * by));
    writeWhole(records, 4 * row + 2, Math.round(hessian * by));
    records[4 * row + 3]! += upper;
  };
}

/** A whole number below 2^53 as one of 64 bits; what is stored of `value` is its lower 32. */
function writeWhole(words: Int32Array, at: number, value: number): void {
  words[at] = value;
  words[at + 1] = Math.floor(value / word);
}
