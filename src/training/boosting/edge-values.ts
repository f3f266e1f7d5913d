import type { BoostedModel } from "./tree.ts";

/** Values of each feature, in the model's order, at which a tree may turn: its thresholds, the doubles next to them, and NaN. Ascending, NaN last. */
export function edgeValues({ features, trees }: BoostedModel): Float64Array[] {
  const found = features.map(() => new Set<number>([0]));
  for (const { feature, threshold } of trees)
    feature.forEach((each, node) => {
      const at = threshold[node]!;
      if (each >= 0 && at !== Infinity) for (const value of [nextBelow(at), at, nextAbove(at)]) found[each]!.add(value);
    });
  return found.map((values) => Float64Array.of(...[...values].sort((a, b) => a - b), Number.NaN));
}

/** The smallest double above a finite value. */
export function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

function nextBelow(value: number): number {
  return -nextAbove(-value);
}
