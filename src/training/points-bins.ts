import { binOf, binThresholds } from "./boosting/bins.ts";
import type { Direction } from "./training-rows.ts";

const finestBins = 64;
/** Digits of a threshold on paper. */
const digits = 3;

/** What a feature adds on average in each bin of known values, and where it is unknown (null where it never was). */
export interface Binned {
  thresholds: number[];
  means: number[];
  unknown: number | null;
}

interface Bin {
  /** Its upper end. */
  end: number;
  weight: number;
  sum: number;
}

/** Bins of about equal count, with the sum of what the feature adds in each; thresholds as they can be written on paper. */
export function fineBins(column: Float64Array, part: Float64Array, weight: Float64Array | undefined): { known: Bin[]; unknown: Bin } {
  const isWhole = column.every((value) => Number.isNaN(value) || Number.isInteger(value));
  const onPaper = (threshold: number) => Number((isWhole ? Math.floor(threshold) : threshold).toPrecision(digits));
  const rough = Array.from(binThresholds(column, finestBins, weight), onPaper);
  const ends = Float64Array.from(new Set(rough)).sort();
  const bins = [...ends, Infinity].map((end): Bin => ({ end, weight: 0, sum: 0 }));
  const unknown = { end: Number.NaN, weight: 0, sum: 0 };
  for (let row = 0; row < column.length; row++) {
    const bin = Number.isNaN(column[row]!) ? unknown : bins[binOf(column[row]!, ends)]!;
    const share = weight?.[row] ?? 1;
    bin.weight += share;
    bin.sum += share * part[row]!;
  }
  return { known: bins.filter((bin) => bin.weight > 0), unknown };
}

/** As few bins as asked for, none against the direction. */
export function binsOf({ known, unknown }: { known: Bin[]; unknown: Bin }, most: number, direction: Direction): Binned {
  const joined = joinBins(joinViolators(known, direction), most);
  return {
    thresholds: joined.slice(0, -1).map(({ end }) => end),
    means: joined.map(meanOf),
    unknown: unknown.weight > 0 ? meanOf(unknown) : null,
  };
}

function meanOf({ sum, weight }: Bin): number {
  return sum / weight;
}

function together(a: Bin, b: Bin): Bin {
  return { end: b.end, weight: a.weight + b.weight, sum: a.sum + b.sum };
}

/** Joins neighbours that go against the direction. */
function joinViolators(bins: readonly Bin[], direction: Direction): readonly Bin[] {
  if (direction === "free") return bins;
  const sign = direction === "+" ? 1 : -1;
  const joined: Bin[] = [];
  for (const bin of bins) {
    let next = bin;
    for (let last = joined.at(-1); last !== undefined && sign * (meanOf(next) - meanOf(last)) < 0; last = joined.at(-1)) {
      joined.pop();
      next = together(last, next);
    }
    joined.push(next);
  }
  return joined;
}

/** Joins the two neighbours whose joining costs the least squared distance, until there are few enough. */
function joinBins(bins: readonly Bin[], most: number): Bin[] {
  const left = [...bins];
  const cost = (a: Bin, b: Bin) => ((a.weight * b.weight) / (a.weight + b.weight)) * (meanOf(a) - meanOf(b)) ** 2;
  while (left.length > most) {
    const costs = left.slice(1).map((bin, place) => cost(left[place]!, bin));
    const place = costs.indexOf(Math.min(...costs));
    left.splice(place, 2, together(left[place]!, left[place + 1]!));
  }
  return left;
}

/** Between the lowest and the highest of all. */
export function rangeOf(means: readonly number[], unknown: number | null): number {
  const all = unknown === null ? means : [...means, unknown];
  return all.length === 0 ? 0 : Math.max(...all) - Math.min(...all);
}
