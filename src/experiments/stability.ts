import type { Stability } from "./backtest-result.ts";
import { fillLists, type Lists } from "./capacity.ts";

/** The test rows of a split, and the scores that a model's fits gave them. */
export interface ScoredSplit {
  split: string;
  household: ArrayLike<number>;
  label: Uint8Array;
  lists: Lists;
  /** By the split's own fit. */
  score: Float64Array;
  /** By the fit of the split before; null for the first. */
  byFitBefore: Float64Array | null;
}

/** How alike a model's lists are from split to split, and from fit to fit. Ties for the last places go to whoever comes first. */
export function stabilityOf(model: string, scored: readonly ScoredSplit[]): Stability {
  const result: Stability = { model, between_splits: [], between_refits: [] };
  scored.forEach((now, place) => {
    const own = listedBy(now, now.score);
    if (now.byFitBefore !== null) result.between_refits.push({ split: now.split, jaccard: jaccard(own, listedBy(now, now.byFitBefore)) });
    const before = scored[place - 1];
    if (before === undefined) return;
    const [there, here] = [new Set(Array.from(before.household)), new Set(Array.from(now.household))];
    const [listedThen, listedNow] = [listedBy(before, before.score), own];
    const kept = (set: Set<number>, other: Set<number>) => new Set([...set].filter((household) => other.has(household)));
    result.between_splits.push({ from: before.split, to: now.split, jaccard: jaccard(kept(listedThen, here), kept(listedNow, there)) });
  });
  return result;
}

/** Households on a list of any day of the split. */
function listedBy({ household, label, lists }: ScoredSplit, score: Float64Array): Set<number> {
  const { chance } = fillLists({ label, score }, lists);
  const left = [...lists.places];
  const listed = new Set<number>();
  for (let row = 0; row < chance.length; row++) if (chance[row] === 1 && left[lists.of[row]!]!-- > 0) listed.add(household[row]!);
  for (let row = 0; row < chance.length; row++)
    if (chance[row]! > 0 && chance[row]! < 1 && left[lists.of[row]!]!-- > 0) listed.add(household[row]!);
  return listed;
}

/** Size of what both hold over size of what either holds; 1 for two empty sets. */
export function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const both = [...a].filter((each) => b.has(each)).length;
  const either = a.size + b.size - both;
  return either === 0 ? 1 : both / either;
}
