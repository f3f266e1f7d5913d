import type { Direction } from "../training-rows.ts";
import { bestFields, sumsPerBin } from "./memory.ts";

/** Sums over a node's rows, and the bounds that monotone directions above it set to its children's values. */
export interface NodeSums {
  gradient: number;
  hessian: number;
  count: number;
  /** The node's own value, before shrinking; 0 for the root. */
  value: number;
  lower: number;
  upper: number;
}

/** A feature's histogram: `sums` from `at` on, `bins` of known values, then, at the end, the unknown ones. */
export interface FeatureHistogram {
  sums: Float64Array;
  at: number;
  bins: number;
  hasMissing: boolean;
  direction: Direction;
}

export interface SplitLimits {
  l2: number;
  minSamplesLeaf: number;
  minHessianLeaf: number;
}

/** A gain that is less than this part of the terms it is the difference of is taken for their rounding: children of one value gain nothing. */
const noise = 2 ** -36;

/** A Newton step within bounds (scikit-learn's `compute_node_value`). */
export function nodeValue(gradient: number, hessian: number, { lower, upper }: NodeSums, l2: number): number {
  const value = -gradient / (hessian + l2 + 1e-15);
  return value < lower ? lower : value > upper ? upper : value;
}

/**
 * Writes a feature's best split of a node to `best[into ...]`: gain (-1 when there is none), bin, whether unknown goes left, and the left child's sums.
 * Scans from left to right with the unknown on the right, then, when the feature has unknown values, from right to left with them on the left;
 * a split must gain more than 0 (by more than rounding) and than those before it. All as scikit-learn's `Splitter`; gains are equation 7 of Chen and Guestrin (2016), doubled.
 */
export function findSplit(histogram: FeatureHistogram, node: NodeSums, limits: SplitLimits, best: Float64Array, into: number): void {
  best[into] = -1;
  const steps = histogram.bins - 1 + (histogram.hasMissing ? 1 : 0);
  scan(histogram, node, limits, best, into, { from: 0, steps, isMissingLeft: false });
  if (histogram.hasMissing)
    scan(histogram, node, limits, best, into, { from: histogram.bins - 1, steps: histogram.bins - 1, isMissingLeft: true });
}

/** One direction: the bins from `from` on join the near child one by one; the far child has the rest, with the unknown. */
function scan(
  { sums, at, direction }: FeatureHistogram,
  node: NodeSums,
  { l2, minSamplesLeaf, minHessianLeaf }: SplitLimits,
  best: Float64Array,
  into: number,
  { from, steps, isMissingLeft }: { from: number; steps: number; isMissingLeft: boolean },
): void {
  const { gradient, hessian, count } = node;
  const loss = node.value * gradient;
  const step = isMissingLeft ? -sumsPerBin : sumsPerBin;
  const sign = direction === "free" ? 0 : (direction === "+") === isMissingLeft ? -1 : 1;
  let [bestGain, bestStep, bestGradient, bestHessian, bestCount] = [Math.max(0, best[into]!), -1, 0, 0, 0];
  let [nearGradient, nearHessian, nearCount] = [0, 0, 0];
  for (let taken = 0, bin = at + from * sumsPerBin; taken < steps; taken++, bin += step) {
    if (sums[bin + 2] === 0) continue;
    nearGradient += sums[bin]!;
    nearHessian += sums[bin + 1]!;
    nearCount += sums[bin + 2]!;
    if (nearCount < minSamplesLeaf) continue;
    if (count - nearCount < minSamplesLeaf) break;
    if (nearHessian < minHessianLeaf) continue;
    const farGradient = gradient - nearGradient;
    const farHessian = hessian - nearHessian;
    if (farHessian < minHessianLeaf) break;
    const near = nodeValue(nearGradient, nearHessian, node, l2);
    const far = nodeValue(farGradient, farHessian, node, l2);
    if (sign * (far - near) < 0) continue;
    const gain = isMissingLeft ? loss - far * farGradient - near * nearGradient : loss - near * nearGradient - far * farGradient;
    if (gain > bestGain && gain > noise * (Math.abs(near * nearGradient) + Math.abs(far * farGradient)))
      [bestGain, bestStep, bestGradient, bestHessian, bestCount] = [gain, taken, nearGradient, nearHessian, nearCount];
  }
  if (bestStep < 0) return;
  best[into] = bestGain;
  best[into + 1] = isMissingLeft ? from - bestStep - 1 : bestStep;
  best[into + 2] = isMissingLeft ? 1 : 0;
  best[into + 3] = isMissingLeft ? gradient - bestGradient : bestGradient;
  best[into + 4] = isMissingLeft ? hessian - bestHessian : bestHessian;
  best[into + 5] = isMissingLeft ? count - bestCount : bestCount;
}

/** A split that was found, and the sums of the left child. */
export interface Split {
  feature: number;
  gain: number;
  bin: number;
  isMissingLeft: boolean;
  gradient: number;
  hessian: number;
  count: number;
}

/** The best of the features' best splits (the first of equals), null when none gains. */
export function bestSplit(best: Float64Array, from: number, features: readonly number[]): Split | null {
  let [chosen, gain] = [-1, 0];
  for (const feature of features)
    if (best[from + feature * bestFields]! > gain) [chosen, gain] = [feature, best[from + feature * bestFields]!];
  if (chosen < 0) return null;
  const at = from + chosen * bestFields;
  return {
    feature: chosen,
    gain,
    bin: best[at + 1]!,
    isMissingLeft: best[at + 2] === 1,
    gradient: best[at + 3]!,
    hessian: best[at + 4]!,
    count: best[at + 5]!,
  };
}
