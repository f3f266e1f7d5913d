import type { IsoDate } from "../domain/dates.ts";
import { packageVersion } from "../domain/project-files.ts";
import { referenceOf } from "../monitoring/reference.ts";
import { storeModel } from "../scoring/model-store.ts";
import { type PackedLogistic, packModel } from "../scoring/pack-model.ts";
import { withReference } from "../scoring/reference-file.ts";
import type { Predictions } from "../training/predictions.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { behindConsent, directionsOf, fitOn, predictionsOf } from "./evaluate.ts";
import { type Experiment, horizonMonths } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { buildMatrix } from "./matrix.ts";
import { measureLater } from "./measure-later.ts";
import { protectedTraits } from "./protected-traits.ts";
import { proxiesOf } from "./proxies.ts";
import { watchedColumns } from "./watched-columns.ts";

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
  let aside: Predictions | null = null;
  const quality = await measureLater(experiment, matrix, {
    onProgress: around.onProgress,
    predict: ({ train, test }) => {
      aside = predictionsOf(fitOn(matrix, train, experiment).model, matrix, test);
      return aside;
    },
  });
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
    quality: { ...quality, refitted: true },
    proxies: proxiesOf(model, matrix, traits),
    code_version: packageVersion(),
    directions: directionsOf(matrix, experiment),
    needConsent: behindConsent(matrix),
  });
  return storeModel(data, withReference(packed, referenceOf(watchedColumns(matrix, packed.manifest), aside)));
}
