import { binOf } from "./boosting/bins.ts";
import { calibrationLine } from "./calibration-slope.ts";
import { auc, logLoss } from "./metrics.ts";
import { type Binned, binsOf, fineBins, rangeOf } from "./points-bins.ts";
import { sigmoid } from "./sigmoid.ts";
import type { Direction, TrainingRows } from "./training-rows.ts";

/** Points of one feature: bin i holds the values x with thresholds[i - 1] < x <= thresholds[i]. */
export interface FeaturePoints {
  name: string;
  thresholds: number[];
  /** One more than there are thresholds; 0 is the least risky bin. */
  points: number[];
  /** Of an unknown value; null where none was unknown. */
  unknown: number | null;
}

/** Totals from `from` to `to`, and what they say. */
export interface PointsBand {
  from: number;
  to: number;
  probability: number;
}

/** A model that can be added up on paper: the points of each feature, and what a total says. */
export interface PointsCard {
  features: FeaturePoints[];
  bands: PointsBand[];
}

export interface PointsOptions {
  /** Most bins of known values; 5 when absent. */
  bins?: number;
  /** Points between the best and the worst bin of the feature that moves most; 10 when absent. */
  mostPoints?: number;
  /** By feature: + and - keep the points of known values from falling or rising. */
  directions?: Readonly<Record<string, Direction>>;
}

/** Log-odds below this are rounding. */
const nothing = 1e-9;
const mostBands = 20;

/**
 * A points card from what a model's features add to the log-odds of some rows (`parts`, a column per feature): each feature's values are parted
 * into bins in which it adds about the same (neighbours that differ least are joined), the mean of each bin becomes whole points, and a
 * logistic regression of the event on the total gives each band of totals its probability. Null when no feature has a point left.
 */
export function pointsCard(rows: TrainingRows, parts: readonly Float64Array[], options: PointsOptions = {}): PointsCard | null {
  const { bins = 5, mostPoints = 10, directions = {} } = options;
  const binned = rows.names.map((name, index) => {
    const fine = fineBins(rows.columns[index]!, parts[index]!, rows.weight);
    return { name, ...binsOf(fine, bins, directions[name] ?? "free") };
  });
  const widest = Math.max(...binned.map(({ means, unknown }) => rangeOf(means, unknown)));
  if (!(widest > nothing)) return null;
  const features = binned
    .map((each) => rounded(each, mostPoints / widest))
    .filter(({ points, unknown }) => Math.max(...points, unknown ?? 0) > 0);
  if (features.length === 0) return null;
  return { features, bands: bandsOf(features, rows) };
}

/** Each row's total. */
export function totalPoints(features: readonly FeaturePoints[], { names, columns, label }: TrainingRows): Float64Array {
  const own = features.map((feature) => ({
    ...feature,
    ends: Float64Array.from(feature.thresholds),
    column: columns[names.indexOf(feature.name)]!,
  }));
  return Float64Array.from(label, (_, row) => {
    let total = 0;
    for (const { column, ends, points, unknown } of own) {
      const value = column[row]!;
      // a value that was never unknown before counts as the least risky: nothing speaks for more
      total += Number.isNaN(value) ? (unknown ?? 0) : points[binOf(value, ends)]!;
    }
    return total;
  });
}

/** What the table of totals says of each row. */
export function pointsProbabilities({ features, bands }: PointsCard, rows: TrainingRows): Float64Array {
  const width = bands[0]!.to + 1;
  return totalPoints(features, rows).map((total) => bands[Math.min(bands.length - 1, Math.floor(total / width))]!.probability);
}

/** What the card is worth beside the model that it was made from, on rows that neither the bins nor the table were made on. */
export interface PointsLoss {
  n: number;
  auc: { model: number | null; card: number | null };
  log_loss: { model: number; card: number };
}

/** AUC by the totals, log-loss by the table of totals. */
export function pointsLoss(card: PointsCard, rows: TrainingRows, modelScore: Float64Array): PointsLoss {
  const { label, weight } = rows;
  const of = (score: Float64Array) => ({ label, weight, score });
  const totals = totalPoints(card.features, rows);
  return {
    n: label.length,
    auc: { model: auc(of(modelScore)), card: auc(of(totals)) },
    log_loss: { model: logLoss(of(modelScore)), card: logLoss(of(pointsProbabilities(card, rows))) },
  };
}

/** Whole points above the least risky bin; neighbours of the same points are one bin. */
function rounded({ name, thresholds, means, unknown }: Binned & { name: string }, scale: number): FeaturePoints {
  const least = Math.min(...means, unknown ?? Infinity);
  const whole = (mean: number) => Math.round(scale * (mean - least));
  const points = means.map(whole);
  const isKept = points.map((each, bin) => bin === points.length - 1 || each !== points[bin + 1]);
  return {
    name,
    thresholds: thresholds.filter((_, bin) => isKept[bin]),
    points: points.filter((_, bin) => isKept[bin]),
    unknown: unknown === null ? null : whole(unknown),
  };
}

/** The table of totals: bands of equal width, with the probability at their middle by a logistic regression of the event on the total. */
function bandsOf(features: readonly FeaturePoints[], rows: TrainingRows): PointsBand[] {
  const most = features.reduce((sum, { points, unknown }) => sum + Math.max(...points, unknown ?? 0), 0);
  const totals = totalPoints(features, rows);
  const { label, weight } = rows;
  // log-odds in a range that doubles hold well: the line is found from there
  const logOdds = (total: number) => (8 * total) / most - 4;
  const line = calibrationLine({ label, weight, score: totals.map((total) => sigmoid(logOdds(total))) }) ?? { slope: 1, intercept: 0 };
  const width = Math.ceil((most + 1) / mostBands);
  return Array.from({ length: Math.ceil((most + 1) / width) }, (_, band) => {
    const [from, to] = [band * width, Math.min(most, (band + 1) * width - 1)];
    return { from, to, probability: sigmoid(line.slope * logOdds((from + to) / 2) + line.intercept) };
  });
}
