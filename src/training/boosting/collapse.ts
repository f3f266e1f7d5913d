import { binOf } from "./bins.ts";
import { isIn, type LeafBox, leafBoxes, type Side } from "./leaf-boxes.ts";
import type { BoostedModel } from "./tree.ts";

/** A step function of one or two features. */
export interface Grid<Value = number> {
  /** Numbers of the features, ascending. */
  features: number[];
  /** By feature, ascending: cell i holds (thresholds[i - 1], thresholds[i]]; the last but one has no upper end, the last holds unknown values. */
  thresholds: number[][];
  /** Row by row: the last feature's cells stand side by side. */
  values: Value[];
}

/** A model as a sum: the base, one grid for each feature that a tree uses (over all its thresholds), one for each two features that stand on one path. */
export interface Collapsed<Value = number> {
  base: Value;
  one: Grid<Value>[];
  two: Grid<Value>[];
}

/** What the sums are made of. */
interface Sums<Value> {
  of(value: number): Value;
  plus(a: Value, b: Value): Value;
}
const doubles: Sums<number> = { of: (value) => value, plus: (a, b) => a + b };

/** Cells of a feature with these thresholds, the one for unknown values counted. */
export function cellCount(thresholds: readonly number[]): number {
  return thresholds.length + 2;
}

/** The cell of a value, NaN for unknown. */
export function cellOf(value: number, thresholds: ArrayLike<number>): number {
  return Number.isNaN(value) ? thresholds.length + 1 : binOf(value, thresholds as Float64Array);
}

/** A value in each cell of a feature: the upper ends, then one above them all, then NaN. */
export function valueInEachCell(thresholds: readonly number[]): number[] {
  return [...thresholds, Infinity, Number.NaN];
}

/** Collapses a model whose paths ask for at most two features each; null when one asks for more. Sums are doubles, in the order of trees and leaves, unless `sums` says otherwise. */
export function collapse(model: BoostedModel): Collapsed | null;
export function collapse<Value>(model: BoostedModel, sums: Sums<Value>): Collapsed<Value> | null;
export function collapse<Value>(model: BoostedModel, sums: Sums<Value> = doubles as never): Collapsed<Value> | null {
  const all = model.trees.flatMap(leafBoxes);
  if (all.some(({ sides }) => sides.size > 2)) return null;
  const leaves = new Map<string, LeafBox[]>();
  for (const leaf of all) {
    const key = [...leaf.sides.keys()].sort((a, b) => a - b).join();
    const alike = leaves.get(key);
    if (alike === undefined) leaves.set(key, [leaf]);
    else alike.push(leaf);
  }
  const constants = leaves.get("") ?? [];
  const used = [...new Set(all.flatMap(({ sides }) => [...sides.keys()]))].sort((a, b) => a - b);
  const pairs = [...leaves].filter(([key]) => key.includes(",")).map(([key, boxes]) => ({ features: key.split(",").map(Number), boxes }));
  pairs.sort((a, b) => a.features[0]! - b.features[0]! || a.features[1]! - b.features[1]!);
  return {
    base: constants.reduce((sum, { value }) => sums.plus(sum, sums.of(value)), sums.of(model.base)),
    one: used.map((feature) => gridOf([feature], all, leaves.get(String(feature)) ?? [], sums)),
    two: pairs.map(({ features, boxes }) => gridOf(features, boxes, boxes, sums)),
  };
}

/** The sum of some leaves on the thresholds of others. */
function gridOf<Value>(features: number[], dividing: LeafBox[], summed: LeafBox[], sums: Sums<Value>): Grid<Value> {
  const thresholds = features.map((feature) => thresholdsOf(feature, dividing));
  const size = thresholds.reduce((product, each) => product * cellCount(each), 1);
  const values = new Array<Value>(size).fill(sums.of(0));
  for (const { value, sides } of summed) {
    const [first = [], second] = features.map((feature, place) => cellsIn(sides.get(feature)!, thresholds[place]!));
    for (const row of first)
      for (const column of second ?? [0]) {
        const at = second === undefined ? row : row * cellCount(thresholds[1]!) + column;
        values[at] = sums.plus(values[at]!, sums.of(value));
      }
  }
  return { features, thresholds, values };
}

function thresholdsOf(feature: number, leaves: readonly LeafBox[]): number[] {
  const found = new Set<number>();
  for (const { sides } of leaves) {
    const side = sides.get(feature);
    if (side !== undefined) for (const end of [side.above, side.upTo]) if (Number.isFinite(end)) found.add(end + 0);
  }
  return [...found].sort((a, b) => a - b);
}

function cellsIn(side: Side, thresholds: readonly number[]): number[] {
  return valueInEachCell(thresholds).flatMap((value, cell) => (isIn(side, value) ? [cell] : []));
}
