import { seededRandom } from "../training/random.ts";

/** A value of a feature: a number (NaN where unknown) or a word (null where unknown). */
export type Cell = number | string | null;

/** One row's log-odds taken apart: `base` plus the contributions is `margin`, to rounding. */
export interface ShapleyEstimate {
  base: number;
  margin: number;
  contributions: Float64Array;
  /** Of each contribution, over the pairs. */
  standardErrors: Float64Array;
}

/** Log-odds of rows. */
export type Margins = (rows: readonly (readonly Cell[])[]) => Promise<Float64Array>;

/** Rows that one household's estimate may cost the model; pairs of a permutation and its reverse, at least and at most. */
const mostRows = 4096;
const [fewestPairs, mostPairs] = [8, 64];

/** How many pairs a model of so many features gets; each takes 2 (features - 1) rows, less where values are equal. */
export function pairsFor(features: number): number {
  return Math.max(fewestPairs, Math.min(mostPairs, Math.floor(mostRows / Math.max(1, 2 * (features - 1)))));
}

/**
 * Shapley values estimated by sampled permutations (Strumbelj and Kononenko 2014), each beside its reverse (antithetic; Mitchell et al. 2022).
 * Along a permutation a background row turns into the household's, feature by feature; what a step adds to the log-odds is that feature's. So the
 * parts of a walk add up to the difference of its ends, whatever the permutation. Every background row is walked from equally often, so that all
 * households have one base: the background's mean.
 */
export async function shapleyEstimator(
  background: readonly (readonly Cell[])[],
  marginsOf: Margins,
): Promise<(row: readonly Cell[], seed: number) => Promise<ShapleyEstimate>> {
  const first = background[0];
  if (first === undefined) throw new Error("an estimate needs background rows");
  const starts = await marginsOf(background);
  const rounds = Math.max(1, Math.floor(pairsFor(first.length) / background.length));
  const base = starts.reduce((sum, start) => sum + start, 0) / starts.length;
  return async (row, seed) => {
    const random = seededRandom(seed);
    const walks = Array.from({ length: rounds * background.length }, (_, pair) => pair % background.length).flatMap((from) => {
      const order = shuffled(row.length, random);
      return [order, order.toReversed()].map((each) => ({ from, order: differingIn(each, background[from]!, row) }));
    });
    const between = walks.flatMap(({ from, order }) => rowsBetween(background[from]!, row, order));
    const margins = await marginsOf([row, ...between]);
    return summed({ walks, starts, margins, features: row.length, base });
  };
}

interface Walk {
  from: number;
  /** The features in which the two ends differ, in order of their change. */
  order: number[];
}

/** Equal values change nothing: those steps cost no row. */
function differingIn(order: readonly number[], from: readonly Cell[], to: readonly Cell[]): number[] {
  return order.filter((feature) => !Object.is(from[feature], to[feature]));
}

function rowsBetween(from: readonly Cell[], to: readonly Cell[], order: readonly number[]): Cell[][] {
  const row = [...from];
  return order.slice(0, -1).map((feature) => {
    row[feature] = to[feature] as Cell;
    return [...row];
  });
}

interface Walked {
  walks: readonly Walk[];
  /** Of the background rows; of the household, then of the rows between, walk by walk. */
  starts: Float64Array;
  margins: Float64Array;
  features: number;
  base: number;
}

function summed({ walks, starts, margins, features, base }: Walked): ShapleyEstimate {
  const margin = margins[0] as number;
  const pairs = walks.length / 2;
  const [sums, squares, ofPair] = [new Float64Array(features), new Float64Array(features), new Float64Array(features)];
  let next = 1;
  walks.forEach(({ from, order }, index) => {
    let before = starts[from] as number;
    order.forEach((feature, place) => {
      const after = (place === order.length - 1 ? margin : margins[next++]) as number;
      ofPair[feature]! += (after - before) / 2;
      before = after;
    });
    if (index % 2 === 0) return;
    ofPair.forEach((part, feature) => {
      sums[feature]! += part;
      squares[feature]! += part * part;
    });
    ofPair.fill(0);
  });
  const contributions = sums.map((sum) => sum / pairs);
  const variance = (feature: number) => Math.max(0, squares[feature]! - (sums[feature]! * sums[feature]!) / pairs) / (pairs - 1);
  const total = contributions.reduce((sum, part) => sum + part, base);
  if (!(Math.abs(total - margin) <= 1e-6 * Math.max(1, Math.abs(margin))))
    throw new Error(`contributions add up to ${total}, but the log-odds are ${margin}: the model gives other numbers for the same row`);
  return { base, margin, contributions, standardErrors: sums.map((_, feature) => Math.sqrt(variance(feature) / pairs)) };
}

function shuffled(length: number, random: () => number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
