import { type BootstrapOptions, bootstrap, type Interval } from "./bootstrap.ts";
import { calibrationLine } from "./calibration-slope.ts";
import { atShare, auc, averagePrecision, brier, expectedCalibrationError, logLoss } from "./metrics.ts";
import { ordered, type Predictions, tied, totals } from "./predictions.ts";

/** What a ranking is worth; `_at_5` = among the first 5 % of the list. */
export interface RankingMetrics {
  auc: number | null;
  average_precision: number | null;
  precision_at_5: number | null;
  recall_at_5: number | null;
  lift_at_5: number | null;
  precision_at_10: number | null;
  recall_at_10: number | null;
  lift_at_10: number | null;
}

/** What a probability is worth beyond its order. */
export interface ProbabilityMetrics {
  brier: number | null;
  log_loss: number | null;
  ece: number | null;
  calibration_slope: number | null;
  calibration_intercept: number | null;
}

export type Metrics = RankingMetrics & ProbabilityMetrics;

/** Metrics with their 95 % intervals, and on how many rows (of any weight) they stand. */
export interface Quality<M> {
  n: number;
  positives: number;
  /** Weighted share of rows whose event came. */
  base_rate: number;
  metrics: M;
  intervals: { [K in keyof M]: Interval | null };
}

/** The metrics that need only an order; any score will do, for instance minus the income. */
export function rankingMetrics(predictions: Predictions): RankingMetrics {
  const sorted = tied(predictions);
  const [five, ten] = [atShare(sorted, 0.05), atShare(sorted, 0.1)];
  return {
    auc: auc(sorted),
    average_precision: averagePrecision(sorted),
    precision_at_5: five.precision,
    recall_at_5: five.recall,
    lift_at_5: five.lift,
    precision_at_10: ten.precision,
    recall_at_10: ten.recall,
    lift_at_10: ten.lift,
  };
}

/** All metrics of a probability. */
export function metricsOf(predictions: Predictions): Metrics {
  const sorted = tied(predictions);
  const line = calibrationLine(sorted);
  return {
    ...rankingMetrics(sorted),
    brier: brier(sorted),
    log_loss: logLoss(sorted),
    ece: expectedCalibrationError(sorted),
    calibration_slope: line?.slope ?? null,
    calibration_intercept: line?.intercept ?? null,
  };
}

/** Metrics with bootstrap intervals: `measureQuality(predictions, metricsOf)`, or `rankingMetrics` for a score that is no probability. */
export function measureQuality<M extends { [K in keyof M]: number | null }>(
  predictions: Predictions,
  measure: (predictions: Predictions) => M,
  options: BootstrapOptions = {},
): Quality<M> {
  const sorted = ordered(predictions);
  const { weight, positive } = totals(sorted);
  return {
    n: sorted.label.length,
    positives: sorted.label.reduce((sum, event) => sum + event, 0),
    base_rate: positive / weight,
    metrics: measure(sorted),
    intervals: bootstrap(
      sorted,
      measure as (resampled: Predictions) => Record<keyof M & string, number | null>,
      options,
    ) as Quality<M>["intervals"],
  };
}
