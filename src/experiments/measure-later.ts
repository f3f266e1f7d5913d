import { addMonths, type IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { MeasuredQuality } from "../scoring/manifest.ts";
import { calibrateIfNeeded } from "../training/calibration.ts";
import type { CalibrationLine } from "../training/calibration-slope.ts";
import type { Predictions } from "../training/predictions.ts";
import { measureQuality, metricsOf, rankingMetrics } from "../training/quality.ts";
import { lackOf, rankedBy, sayLack } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import type { Matrix } from "./read-matrix.ts";
import { laterSplit, type Split } from "./splits.ts";

interface Measuring {
  predict(split: Split, from: IsoDate): Predictions | Promise<Predictions>;
  /** Whether probabilities whose slope is off may be calibrated on the window. */
  calibrates: boolean;
  onProgress: ((text: string) => void) | undefined;
}

/** What a model is worth on the window, and on which rows that stands. */
export interface LaterMeasure {
  quality: Omit<MeasuredQuality, "refitted">;
  /** The line that its log-odds should go through; null when they are well calibrated. The quality is that of halves calibrated by each other. */
  calibration: CalibrationLine | null;
  /** Rows of the window, and what was foretold of them. */
  rows: Uint32Array;
  predictions: Predictions;
}

/**
 * What predictions for the held-out window at the end are worth, and the baselines on the same rows. `predict` is given the split, and the first
 * day of the window. A UserError when the window says too little.
 */
export async function measureLater(
  experiment: Experiment,
  matrix: Matrix,
  { onProgress, predict, calibrates }: Measuring,
): Promise<LaterMeasure> {
  const last = matrix.moments.at(-1)!.asOf;
  const window = matrix.moments.filter(({ asOf }) => asOf > addMonths(last, -experiment.held_out_months));
  const from = window[0]!.asOf;
  const split = laterSplit(matrix, from, experiment.households);
  const lack = lackOf(matrix, split);
  if (lack !== undefined)
    throw new UserError(
      "unmeasurable",
      `${experiment.name}: looked from ${from} to ${last}: ${sayLack(lack)}. More months or more households are needed`,
    );
  onProgress?.(`measuring on ${split.test.length} rows from ${from} on`);
  const group = Array.from(split.test, (row) => matrix.household[row]!);
  const said = await predict(split, from);
  const calibrated = calibrates ? calibrateIfNeeded(said, { group }) : null;
  const predictions = calibrated?.crossed ?? said;
  const { metrics, intervals, ...counts } = measureQuality(predictions, metricsOf, { group, replicates: 100 });
  const line = calibrated?.calibration;
  const calibration = line?.kind === "platt" ? { slope: line.slope, intercept: line.intercept } : null;
  const quality: LaterMeasure["quality"] = {
    kept_aside: "later",
    from,
    until: last,
    ...counts,
    metrics: { ...metrics },
    intervals: Object.fromEntries(Object.entries(intervals).map(([name, interval]) => [name, interval === null ? null : [...interval]])),
    baselines: Object.fromEntries(experiment.baselines.map((name) => [name, { ...rankingMetrics(rankedBy(matrix, name, split.test)) }])),
  };
  return { quality, calibration, rows: split.test, predictions };
}
