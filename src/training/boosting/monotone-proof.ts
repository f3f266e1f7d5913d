import { type Collapsed, cellCount, collapse, type Grid } from "./collapse.ts";
import { type LeafBox, leafBoxes, type Side } from "./leaf-boxes.ts";
import type { BoostedModel } from "./tree.ts";

/** Whether the log-odds never move against a feature's declared direction, whatever the others' values. */
export interface DirectionProof {
  feature: string;
  direction: "+" | "-";
  /** `trees`: no tree does; `sum`: some tree does, the sum of all does not; `none`: it is not proven, and `failure` says where. */
  by: "trees" | "sum" | "none";
  failure: string | null;
}

/**
 * Proves each declared direction over all values that there are, with no tolerance. Unknown is no value of an order: rising means from one known value to another.
 * First each tree by itself: any two leaves that differ in the feature alone are compared as they are. If no tree moves against the direction, neither does
 * the number that is computed: each addition in a fixed order of trees, and its rounding, keep the order of what is added; so do a rising calibration and the sigmoid.
 * Where a tree does, the tables decide (of a model that has them): their sums are taken in whole numbers of 2^-1074, of which every double is one, so they are exact;
 * the computed number may then still fall short by rounding. A feature's table and those that it shares are added for the worst values of the others.
 */
export function proveDirections(model: BoostedModel): DirectionProof[] {
  const trees = model.trees.map(leafBoxes);
  let tables: Collapsed<bigint> | null | undefined;
  return model.directions.flatMap((direction, feature) => {
    if (direction === "free") return [];
    const about = { feature: model.features[feature]!, direction };
    const sign = direction === "+" ? 1 : -1;
    const inTree = firstDefined(trees, (leaves, tree) => failureInTree(model, leaves, feature, sign, tree));
    if (inTree === undefined) return { ...about, by: "trees", failure: null } as const;
    tables ??= collapse(model, { of: wholeNumber, plus: (a, b) => a + b });
    const failure = tables === null ? inTree : failureInSum(model, tables, feature, BigInt(sign));
    return { ...about, by: failure === null ? "sum" : "none", failure } as const;
  });
}

const free: Omit<Side, "share"> = { above: -Infinity, upTo: Infinity, isUnknownIn: true };

/** Two leaves that a row may pass between by its feature rising alone, and whose values then move against the sign. */
function failureInTree(
  { features }: BoostedModel,
  leaves: readonly LeafBox[],
  feature: number,
  sign: number,
  tree: number,
): string | undefined {
  const sideOf = ({ sides }: LeafBox, of: number) => sides.get(of) ?? free;
  return firstDefined(leaves, (lower) =>
    firstDefined(leaves, (upper) => {
      if (sign > 0 ? upper.value >= lower.value : upper.value <= lower.value) return undefined;
      const [from, to] = [sideOf(lower, feature), sideOf(upper, feature)];
      if (from.above >= from.upTo || to.above >= to.upTo || from.above >= to.upTo) return undefined;
      const others = [...new Set([...lower.sides.keys(), ...upper.sides.keys()])].filter((other) => other !== feature);
      if (!others.every((other) => canBeBoth(sideOf(lower, other), sideOf(upper, other)))) return undefined;
      const places = [from, to].map(({ above, upTo }) => `(${above}, ${upTo}]`);
      return `tree ${tree + 1}: ${features[feature]} from ${places[0]} to ${places[1]} moves the log-odds by ${upper.value - lower.value}`;
    }),
  );
}

function canBeBoth(one: Omit<Side, "share">, other: Omit<Side, "share">): boolean {
  return (one.isUnknownIn && other.isUnknownIn) || Math.max(one.above, other.above) < Math.min(one.upTo, other.upTo);
}

/** A threshold of the feature at which its own table and the worst cells of those it shares together move against the sign. */
function failureInSum({ features }: BoostedModel, { one, two }: Collapsed<bigint>, feature: number, sign: bigint): string | null {
  const own = one.find((grid) => grid.features[0] === feature)!;
  const shared = two.filter((grid) => grid.features.includes(feature));
  for (const [at, threshold] of own.thresholds[0]!.entries()) {
    const worst = shared.flatMap((grid) => worstStep(grid, feature, threshold, sign) ?? []);
    const change = worst.reduce((sum, { step }) => sum + step, sign * (own.values[at + 1]! - own.values[at]!));
    if (change >= 0n) continue;
    const others = worst.map(({ other, cell }) => `${features[other]} ${cell}`);
    // 2^1074 is no double
    const moves = Number((sign * change) >> 600n) / 2 ** 474;
    return `${features[feature]} from ${threshold} or less to above it, with ${others.join(", ") || "anything else"}: the log-odds move by ${moves}`;
  }
  return null;
}

/** The least step (times the sign) of a shared table at a threshold of the feature, and in which cell of the other feature; undefined where it has none there. */
function worstStep({ features, thresholds, values }: Grid<bigint>, feature: number, threshold: number, sign: bigint) {
  const side = features.indexOf(feature);
  const at = thresholds[side]!.indexOf(threshold);
  if (at < 0) return undefined;
  const limits = thresholds[1 - side]!;
  const place = (own: number, other: number) => (side === 0 ? own * cellCount(limits) + other : other * cellCount(thresholds[1]!) + own);
  const steps = Array.from({ length: cellCount(limits) }, (_, cell) => sign * (values[place(at + 1, cell)]! - values[place(at, cell)]!));
  const step = steps.toSorted((a, b) => (a < b ? -1 : 1))[0]!;
  const cell = steps.indexOf(step);
  const name = cell > limits.length ? "unknown" : `in (${limits[cell - 1] ?? "-Infinity"}, ${limits[cell] ?? "Infinity"}]`;
  return { step, other: features[1 - side]!, cell: name };
}

/** A double as a whole number of 2^-1074. */
function wholeNumber(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return bits >> 63n === 1n ? -size : size;
}

function firstDefined<Item, Found>(items: readonly Item[], find: (item: Item, index: number) => Found | undefined): Found | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
