import { ordered, type Predictions } from "./predictions.ts";
import { seededRandom } from "./random.ts";

/** A 95 % percentile interval. */
export type Interval = readonly [low: number, high: number];

export interface BootstrapOptions {
  /** Rows of one group (a household's, for instance) are drawn together; without groups, row by row. */
  group?: readonly (string | number | null)[] | undefined;
  /** 200 when absent. */
  replicates?: number;
  /** 1 when absent. */
  seed?: number;
}

/** 95 % bootstrap intervals of everything that `measure` returns; null where fewer than half of the draws had a value. Same seed, same interval. */
export function bootstrap<K extends string>(
  predictions: Predictions,
  measure: (resampled: Predictions) => Record<K, number | null>,
  options: BootstrapOptions = {},
): Record<K, Interval | null> {
  const replicates = options.replicates ?? 200;
  const random = seededRandom(options.seed ?? 1);
  const sorted = ordered(predictions);
  const groupOf = numberGroups(predictions.label.length, options.group);
  const draws = new Map<K, number[]>();
  for (let replicate = 0; replicate < replicates; replicate++) {
    const measured = measure({ ...sorted, ties: undefined, weight: drawWeights(sorted, groupOf, random) });
    for (const [name, value] of Object.entries(measured) as [K, number | null][]) {
      const values = draws.get(name) ?? [];
      if (value !== null) values.push(value);
      draws.set(name, values);
    }
  }
  const intervals = [...draws].map(([name, values]) => [name, 2 * values.length < replicates ? null : percentiles(values)]);
  return Object.fromEntries(intervals) as Record<K, Interval | null>;
}

/** Rows that are drawn together, numbered. */
export interface Groups {
  count: number;
  /** The group's number of each row. */
  ofRow: Uint32Array;
}

/** Numbers the groups in the order of their first rows; each row is its own group without `group`. */
export function numberGroups(rows: number, group: readonly (string | number | null)[] | undefined): Groups {
  if (group === undefined) return { count: rows, ofRow: Uint32Array.from({ length: rows }, (_, row) => row) };
  const numbers = new Map<string | number | null, number>();
  const ofRow = Uint32Array.from(group, (name) => {
    const known = numbers.get(name);
    if (known === undefined) numbers.set(name, numbers.size);
    return known ?? numbers.size - 1;
  });
  return { count: numbers.size, ofRow };
}

/** How often each group stands in one draw of as many groups as there are, with replacement. */
export function drawTimes({ count }: Groups, random: () => number): Uint32Array {
  const times = new Uint32Array(count);
  for (let draw = 0; draw < count; draw++) times[Math.floor(random() * count)]! += 1;
  return times;
}

/** How often each row stands in one draw of groups, times its own weight. */
function drawWeights(predictions: Predictions, groups: Groups, random: () => number): Float64Array {
  const times = drawTimes(groups, random);
  const weights = new Float64Array(groups.ofRow.length);
  for (let row = 0; row < weights.length; row++) weights[row] = times[groups.ofRow[row]!]! * (predictions.weight?.[row] ?? 1);
  return weights;
}

/** The 2.5 and 97.5 % points, linear between order statistics. */
export function percentiles(values: ArrayLike<number>): Interval {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return below + (above - below) * (place - Math.floor(place));
  };
  return [at(0.025), at(0.975)];
}
