import { addMonths, type IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { packageVersion } from "../domain/project-files.ts";
import type { MeasuredQuality } from "../scoring/manifest.ts";
import { storeModel } from "../scoring/model-store.ts";
import { type PackedLogistic, packModel } from "../scoring/pack-model.ts";
import { measureQuality, metricsOf, rankingMetrics } from "../training/quality.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { behindConsent, directionsOf, fitOn, predictionsOf, rankedBy, whyUntestable } from "./evaluate.ts";
import { type Experiment, horizonMonths } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { buildMatrix } from "./matrix.ts";
import { protectedTraits } from "./protected-traits.ts";
import { proxiesOf } from "./proxies.ts";
import type { Matrix } from "./read-matrix.ts";
import { laterSplit } from "./splits.ts";

/**
 * Fits the experiment's model on everything that was known at `asOf` and keeps it in the model store, with manifest and card. Its quality is
 * that of a fit on the earlier days alone, on the window at the end, beside the experiment's baselines. A UserError when the window says too little.
 */
export async function fitChampion(
  experiment: Experiment,
  data: DataDirectory,
  { asOf, ...around }: Surroundings & { asOf: IsoDate },
): Promise<PackedLogistic & { directory: string }> {
  const matrix = await buildMatrix(experiment, data, around, asOf);
  const quality = measureLater(experiment, matrix, around);
  around.onProgress?.(`fitting on ${matrix.label.length} rows`);
  const { model } = fitOn(
    matrix,
    Uint32Array.from(matrix.label, (_, row) => row),
    experiment,
  );
  around.onProgress?.("holding the features against protected traits");
  const traits = await protectedTraits(experiment, data, around, {
    asOf: matrix.moments.at(-1)!.asOf,
    snapshot: matrix.snapshot.load_id,
  });
  const positives = matrix.label.reduce((sum, event) => sum + event, 0);
  const packed = packModel(model, {
    name: experiment.name,
    label: experiment.label,
    horizon_months: horizonMonths(experiment.label),
    synthetic: matrix.synthetic,
    l2: experiment.l2,
    training: {
      rows: matrix.label.length,
      positives,
      base_rate: positives / matrix.label.length,
      from: matrix.moments[0]?.asOf ?? null,
      until: matrix.moments.at(-1)?.asOf ?? null,
      data: matrix.snapshot,
    },
    quality,
    proxies: proxiesOf(model, matrix, traits),
    code_version: packageVersion(),
    directions: directionsOf(matrix, experiment),
    needConsent: behindConsent(matrix),
  });
  return storeModel(data, packed);
}

/** What a fit on the days before the held-out window is worth within it, and the baselines on the same rows. */
function measureLater(experiment: Experiment, matrix: Matrix, around: Surroundings): MeasuredQuality {
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
  around.onProgress?.(`measuring on ${split.test.length} rows from ${from} on`);
  const predictions = predictionsOf(fitOn(matrix, split.train, experiment).model, matrix, split.test);
  const { metrics, intervals, ...counts } = measureQuality(predictions, metricsOf, {
    group: Array.from(split.test, (row) => matrix.household[row]!),
    replicates: 100,
  });
  return {
    kept_aside: "later",
    from,
    until: last,
    refitted: true,
    ...counts,
    metrics: { ...metrics },
    intervals: Object.fromEntries(Object.entries(intervals).map(([name, interval]) => [name, interval === null ? null : [...interval]])),
    baselines: Object.fromEntries(experiment.baselines.map((name) => [name, { ...rankingMetrics(rankedBy(matrix, name, split.test)) }])),
  };
}
