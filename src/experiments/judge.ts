import { bootstrap } from "../training/bootstrap.ts";
import { reliability } from "../training/calibration.ts";
import { calibrationLine } from "../training/calibration-slope.ts";
import { atShare, brier, expectedCalibrationError, logLoss } from "../training/metrics.ts";
import { ordered, type Predictions, tied } from "../training/predictions.ts";
import { rankingMetrics } from "../training/quality.ts";
import type { ReliabilityBin, SplitMetrics, SplitResult } from "./backtest-result.ts";
import { capacityMetrics, fillLists, type Listed, type Lists } from "./capacity.ts";

/** Shares of the list at which its worth is drawn. */
const curveShares = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1];

/** What a bootstrap interval is worth its time for. */
const withIntervals = ["auc", "average_precision", "precision_at_capacity", "recall_at_capacity", "precision_at_5", "ece"] as const;

/** Predictions of a test window, and who is asked what of them. */
export interface Judged {
  predictions: Predictions;
  isProbability: boolean;
  lists: Lists;
  /** Rows of one household are drawn together. */
  household: readonly number[];
  isHelped: Uint8Array;
  helped: "keep" | "flag" | "censor";
  replicates: number;
}

/** All that a split's result says of a ranking's worth. */
export function judge(judged: Judged): Omit<SplitResult, "split" | "model" | "dropped" | "seconds"> {
  const { isProbability, replicates } = judged;
  const { predictions: sorted, lists, household } = inOrder(judged);
  const listed = fillLists(sorted, lists);
  const intervals = bootstrap(sorted, (drawn) => intervalMetrics(drawn, listed, isProbability), { group: household, replicates });
  return {
    n: sorted.label.length,
    metrics: metricsOfSplit(sorted, listed, isProbability),
    intervals,
    curve: curveShares.map((share) => {
      const { precision, recall } = atShare(sorted, share);
      return { share, precision, recall };
    }),
    reliability: isProbability ? reliabilityOf(sorted) : [],
    without_helped: judged.helped === "flag" ? withoutHelped(judged) : null,
  };
}

/** The rows themselves by falling score: every replicate then walks through memory in one direction. */
function inOrder({ predictions, lists, household }: Judged) {
  const { order } = ordered(predictions);
  return {
    predictions: {
      label: Uint8Array.from(order, (row) => predictions.label[row]!),
      score: Float64Array.from(order, (row) => predictions.score[row]!),
      order: Uint32Array.from(order.keys()),
    },
    lists: { of: Uint32Array.from(order, (row) => lists.of[row]!), places: lists.places },
    household: Array.from(order, (row) => household[row]!),
  };
}

function metricsOfSplit(predictions: Predictions, listed: Listed, isProbability: boolean): SplitMetrics {
  const line = isProbability ? calibrationLine(predictions) : null;
  return {
    ...rankingMetrics(predictions),
    ...capacityMetrics(predictions, listed),
    brier: isProbability ? brier(predictions) : null,
    log_loss: isProbability ? logLoss(predictions) : null,
    ece: isProbability ? expectedCalibrationError(predictions) : null,
    calibration_slope: line?.slope ?? null,
    calibration_intercept: line?.intercept ?? null,
  };
}

function intervalMetrics(
  given: Predictions,
  { chance }: Listed,
  isProbability: boolean,
): Record<(typeof withIntervals)[number], number | null> {
  const drawn = tied(given);
  const { auc, average_precision, precision_at_5 } = rankingMetrics(drawn);
  let [places, hits, events] = [0, 0, 0];
  for (let row = 0; row < chance.length; row++) {
    const weight = drawn.weight?.[row] ?? 1;
    places += weight * chance[row]!;
    hits += weight * chance[row]! * drawn.label[row]!;
    events += weight * drawn.label[row]!;
  }
  return {
    auc,
    average_precision,
    precision_at_5,
    precision_at_capacity: places === 0 ? null : hits / places,
    recall_at_capacity: events === 0 ? null : hits / events,
    ece: isProbability ? expectedCalibrationError(drawn) : null,
  };
}

function reliabilityOf(predictions: Predictions): ReliabilityBin[] {
  return reliability(predictions).map(({ n, predicted, observed }) => ({ n, mean_probability: predicted, observed }));
}

/** The metrics of those who got no help; the lists are the same. */
function withoutHelped({ predictions, isProbability, lists, isHelped }: Judged): SplitMetrics {
  const kept = Array.from(isHelped.keys()).filter((row) => isHelped[row] === 0);
  const { chance } = fillLists(predictions, lists);
  const left = {
    label: Uint8Array.from(kept, (row) => predictions.label[row]!),
    score: Float64Array.from(kept, (row) => predictions.score[row]!),
  };
  const hits = kept.reduce((sum, row) => sum + chance[row]! * predictions.label[row]!, 0);
  const listed = { chance: Float64Array.from(kept, (row) => chance[row]!), bestHits: hits, worstHits: hits };
  return metricsOfSplit(ordered(left), listed, isProbability);
}
