import { drawTimes, type Interval, numberGroups, percentiles } from "../training/bootstrap.ts";
import { seededRandom } from "../training/random.ts";
import type { BaselineName } from "./baselines.ts";
import { fillLists } from "./capacity.ts";
import type { ScoredSplit } from "./stability.ts";

/** How many more of the households on its lists a model finds than a simple ranking of as many places, over all splits. Shares in [0, 1]. */
export interface Gain {
  baseline: BaselineName;
  /** Precision on the lists, all places of all splits together. */
  model_precision: number;
  baseline_precision: number;
  /** Model less ranking. */
  difference: number;
  /** 95 % bootstrap interval of the difference; a household is drawn with all that it did in all splits. */
  interval: Interval | null;
  /** Splits in which the model had the higher precision, of all. */
  splits_better: number;
  splits: number;
}

/** Compares two orders of the same rows. */
export function gainOver(baseline: BaselineName, model: readonly ScoredSplit[], ranking: readonly ScoredSplit[], replicates: number): Gain {
  const sides = [model, ranking].map((splits) => splits.map((split) => ({ ...split, chance: fillLists(split, split.lists).chance })));
  const [own, theirs] = sides.map((splits) => splits.map(hitsOf)) as [Hits[], Hits[]];
  const groups = numberGroups(
    own.reduce((sum, { hit }) => sum + hit.length, 0),
    model.flatMap(({ household }) => Array.from(household)),
  );
  const once = new Uint32Array(groups.count).fill(1);
  const precisions = (times: Uint32Array) => [own, theirs].map((hits) => precisionOf(hits, groups.ofRow, times)) as [number, number];
  const [model_precision, baseline_precision] = precisions(once);
  const random = seededRandom(1);
  const draws = Array.from({ length: replicates }, () => {
    const [here, there] = precisions(drawTimes(groups, random));
    return here - there;
  }).filter((each) => !Number.isNaN(each));
  const better = own.filter((hits, split) => sumOf(hits.hit) / sumOf(hits.place) > sumOf(theirs[split]!.hit) / sumOf(theirs[split]!.place));
  return {
    ...{ baseline, model_precision, baseline_precision, difference: model_precision - baseline_precision },
    interval: 2 * draws.length < replicates ? null : percentiles(draws),
    ...{ splits_better: better.length, splits: own.length },
  };
}

/** Chances of a place, and of a place that was rightly given, row by row. */
interface Hits {
  place: Float64Array;
  hit: Float64Array;
}

function hitsOf({ chance, label }: { chance: Float64Array; label: Uint8Array }): Hits {
  return { place: chance, hit: chance.map((each, row) => each * label[row]!) };
}

function precisionOf(splits: readonly Hits[], groupOfRow: Uint32Array, times: Uint32Array): number {
  let [places, hits, at] = [0, 0, 0];
  for (const { place, hit } of splits)
    for (let row = 0; row < place.length; row++) {
      const copies = times[groupOfRow[at++]!]!;
      places += copies * place[row]!;
      hits += copies * hit[row]!;
    }
  return hits / places;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
