import { addMonths, type IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { MeasuredQuality } from "../scoring/manifest.ts";
import type { Predictions } from "../training/predictions.ts";
import { measureQuality, metricsOf, rankingMetrics } from "../training/quality.ts";
import { rankedBy, whyUntestable } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import type { Matrix } from "./read-matrix.ts";
import { laterSplit, type Split } from "./splits.ts";

interface Measuring {
  predict(split: Split, from: IsoDate): Predictions | Promise<Predictions>;
  onProgress: ((text: string) => void) | undefined;
}

/**
 * What predictions for the held-out window at the end are worth, and the baselines on the same rows. `predict` is given the split, and the first
 * day of the window. A UserError when the window says too little.
 */
export async function measureLater(
  experiment: Experiment,
  matrix: Matrix,
  { onProgress, predict }: Measuring,
): Promise<Omit<MeasuredQuality, "refitted">> {
  const last = matrix.moments.at(-1)!.asOf;
  const window = matrix.moments.filter(({ asOf }) => asOf > addMonths(last, -experiment.held_out_months));
  const from = window[0]!.asOf;
  const split = laterSplit(matrix, from, experiment.households);
  const why = whyUntestable(matrix, split);
  if (why !== undefined)
    throw new UserError(
      "unmeasurable",
      `${experiment.name}: looked from ${from} to ${last}: ${why}. More months or more households are needed`,
    );
  onProgress?.(`measuring on ${split.test.length} rows from ${from} on`);
  const { metrics, intervals, ...counts } = measureQuality(await predict(split, from), metricsOf, {
    group: Array.from(split.test, (row) => matrix.household[row]!),
    replicates: 100,
  });
  return {
    kept_aside: "later",
    from,
    until: last,
    ...counts,
    metrics: { ...metrics },
    intervals: Object.fromEntries(Object.entries(intervals).map(([name, interval]) => [name, interval === null ? null : [...interval]])),
    baselines: Object.fromEntries(experiment.baselines.map((name) => [name, { ...rankingMetrics(rankedBy(matrix, name, split.test)) }])),
  };
}
