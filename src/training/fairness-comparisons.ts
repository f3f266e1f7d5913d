import { falseDiscoveryThreshold } from "./benjamini-hochberg.ts";
import { type Interval, percentiles } from "./bootstrap.ts";
import { designEffect, measureOf, type Sums } from "./fairness-measures.ts";
import { upperTail, zOfUpperTail } from "./normal.ts";

/** What a cell is compared with the rest by. The share of the list is shown and not tested: need differs, and so may it. */
export const comparedMeasures = ["recall", "precision", "calibration_gap", "listed_share"] as const;
export type Compared = (typeof comparedMeasures)[number];
const tested: ReadonlySet<Compared> = new Set(["recall", "precision", "calibration_gap"]);

/** A measure in each draw, NaN where it had none. */
export type Draws = Float64Array;

/**
 * What a comparison says. `lower` and `higher`: the cell lies below or above the rest by `least` to `most`, at a level at which all found
 * differences together hold with 95 % (Benjamini and Yekutieli 2005). `no_difference`: none found; one of more than `most` is excluded with 95 %.
 */
export type Verdict =
  | { code: "lower" | "higher"; least: number; most: number }
  | { code: "no_difference"; most: number }
  | { code: "too_few" }
  | { code: "not_tested" };

export interface Comparison {
  /** Cell minus rest; null where one of them has nothing to stand on. */
  difference: number | null;
  /** 95 % bootstrap interval of the difference. */
  interval: Interval | null;
  /** The larger of the bootstrap's and of that which equality would give; null where there are too few rows. */
  standard_error: number | null;
  verdict: Verdict;
}

export interface Beside {
  own: Sums;
  rest: Sums;
  /** Sums of p (1 - p). */
  variance: { own: number; rest: number };
  /** Cell minus rest in each draw. */
  draws: Record<Compared, Draws>;
}

/** Share of the found differences that may be expected to be chance. */
const falseDiscoveryRate = 0.05;
const z95 = zOfUpperTail(0.025);

/** Compares each cell with the rest, and says which differences are found among all of them. */
export function compare(cells: readonly Beside[]): { comparisons: Record<Compared, Comparison>[]; compared: number; found: number } {
  const open = cells.map((cell) => comparedMeasures.map((measure) => ({ measure, ...differenceOf(measure, cell) })));
  const pValues = open
    .flat()
    .flatMap(({ measure, difference, standard_error }) =>
      tested.has(measure) && standard_error !== null ? [chanceOf(difference!, standard_error)] : [],
    );
  const { findings, threshold } = falseDiscoveryThreshold(pValues, falseDiscoveryRate);
  const z = findings === 0 ? z95 : zOfUpperTail(threshold / 2);
  const comparisons = open.map((cell) => {
    const entries = cell.map(({ measure, ...each }) => [measure, { ...each, verdict: verdictOf(measure, each, z, threshold) }] as const);
    return Object.fromEntries(entries) as Record<Compared, Comparison>;
  });
  return { comparisons, compared: pValues.length, found: findings };
}

type Open = Omit<Comparison, "verdict">;

/** The chance of a difference as large either way if there were none. */
function chanceOf(difference: number, standardError: number): number {
  return Math.min(1, 2 * upperTail(Math.abs(difference) / standardError));
}

function verdictOf(measure: Compared, { difference, standard_error }: Open, z: number, threshold: number): Verdict {
  if (!tested.has(measure)) return { code: "not_tested" };
  if (difference === null || standard_error === null) return { code: "too_few" };
  const size = Math.abs(difference);
  if (chanceOf(difference, standard_error) > threshold) return { code: "no_difference", most: size + z95 * standard_error };
  return { code: difference < 0 ? "lower" : "higher", least: size - z * standard_error, most: size + z * standard_error };
}

function differenceOf(measure: Compared, { own, rest, variance, draws }: Beside): Open {
  const [here, there] = [measureOf(measure, own), measureOf(measure, rest)];
  const known = draws[measure].filter((value) => !Number.isNaN(value));
  if (here === null || there === null || 2 * known.length < draws[measure].length)
    return { difference: null, interval: null, standard_error: null };
  const ofEquality = measure === "calibration_gap" ? errorOfGaps(own, rest, variance) : errorOfProportions(measure, own, rest);
  const standard_error = ofEquality === null ? null : Math.max(ofEquality, deviationOf(known));
  return { difference: here - there, interval: percentiles(known), standard_error };
}

/** An error is taken for normal where the number of events on each side would vary by at least this (variance). */
const leastVariance = 5;

/** Of two proportions that are one (the test's pooled error); null where one side has too few. */
function errorOfProportions(measure: Compared, own: Sums, rest: Sums): number | null {
  const [part, whole] = (
    {
      recall: ["hits", "positives"],
      precision: ["hits", "listed"],
      listed_share: ["listed", "rows"],
      calibration_gap: ["rows", "rows"],
    } as const
  )[measure];
  const common = (own[part] + rest[part]) / (own[whole] + rest[whole]);
  const variance = common * (1 - common);
  const [here, there] = [own[whole] / designEffect(own), rest[whole] / designEffect(rest)];
  if (variance * Math.min(here, there) < leastVariance) return null;
  return Math.sqrt(variance * (1 / here + 1 / there));
}

/** Of the difference of two gaps if the probabilities are right. */
function errorOfGaps(own: Sums, rest: Sums, variance: Beside["variance"]): number | null {
  if (Math.min(variance.own, variance.rest) < leastVariance) return null;
  return Math.sqrt(variance.own / own.rows ** 2 + variance.rest / rest.rows ** 2);
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
}
