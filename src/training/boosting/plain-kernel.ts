import type { Kernel, Setting } from "./kernel.ts";
import { binSlots, sumsPerBin } from "./memory.ts";

/** The kernel in JavaScript: the same numbers, more slowly. */
export function plainKernel({ views, shape, thread, units, bundles, stride }: Setting): Kernel {
  const { rows, hasCounts } = shape;
  const { index, scratch, records, countRecords, lines, columns, margin, leaf, label } = views;
  const own = views.sums.length / shape.threads;
  const sums = views.sums.subarray(thread * own, (thread + 1) * own);
  const values = views.leafValues.subarray((views.leafValues.length / shape.threads) * thread);
  return {
    gradients(from, until) {
      for (let row = from; row < until; row++) {
        margin[row]! += values[leaf[row]!]!;
        const odds = expOf(Math.max(-64, -Math.abs(margin[row]!)));
        const probability = (margin[row]! >= 0 ? 1 : odds) / (1 + odds);
        const gradient = nearest((probability - label[row]!) * 2 ** 30);
        records.set([gradient, gradient >> 31, nearest(probability * (1 - probability) * 2 ** 30), 0x10000], 4 * row);
      }
    },
    mark(from, count, number) {
      for (let at = from; at < from + count; at++) leaf[index[at]!] = number;
    },
    addRows(from, count) {
      for (let at = from; at < from + count; at++) {
        const row = index[at]!;
        const gradient = wholeAt(records, 4 * row) * units.gradient;
        const upper = records[4 * row + 3]!;
        const hessian = ((upper & 0xffff) * 2 ** 32 + (records[4 * row + 2]! >>> 0)) * units.gradient;
        const counted = hasCounts ? wholeAt(countRecords, 4 * row) * units.count : upper >>> 16;
        for (let bundle = 0; bundle < bundles; bundle++) {
          const cell = (bundle * binSlots + lines[row * stride + bundle]!) * sumsPerBin;
          sums[cell]! += gradient;
          sums[cell + 1]! += hessian;
          sums[cell + 2]! += counted;
        }
      }
    },
    partition(from, count, { feature, bin, isMissingLeft }) {
      const shift = isMissingLeft ? 1 : 0;
      let [left, right] = [from, from];
      for (let at = from; at < from + count; at++) {
        const row = index[at]!;
        if (((columns[feature * rows + row]! + shift) & 255) <= bin + shift) index[left++] = row;
        else scratch[right++] = row;
      }
      index.set(scratch.subarray(from, right), left);
      return left - from;
    },
  };
}

/** A signed whole number of 64 bits, below 2^53. */
function wholeAt(words: Int32Array, at: number): number {
  return words[at + 1]! * 2 ** 32 + (words[at]! >>> 0);
}

/** Added and taken away again, it leaves the nearest whole number, the even one of two, of a number below 2^51. */
const rounder = 1.5 * 2 ** 52;
const nearest = (value: number) => value + rounder - rounder;
const powers = Float64Array.from({ length: 128 }, (_, power) => 2 ** -power);
/** 1, 1/1!, 1/2!, ... 1/10!, the last first. */
const series = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map(
  (last) => 1 / Array.from({ length: last }, (_, of) => of + 1).reduce((product, of) => product * of, 1),
);

/** exp of a number from -64 to 0, step by step as kernel.wat takes it. */
function expOf(value: number): number {
  const power = nearest(value * Math.LOG2E);
  const rest = value - power * 0.6931471803691238 - power * 1.9082149292705877e-10;
  return series.reduce((sum, coefficient) => sum * rest + coefficient, 0) * powers[-power]!;
}
