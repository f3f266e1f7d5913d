import type { IsoDate } from "../domain/dates.ts";
import { packageVersion } from "../domain/project-files.ts";
import { referenceOf } from "../monitoring/reference.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { responsibleIn } from "../scoring/authority.ts";
import { calibrated } from "../scoring/boosted-files.ts";
import { storeModel } from "../scoring/model-store.ts";
import { type OwnModel, packBoosted, packModel } from "../scoring/pack-model.ts";
import { withReference } from "../scoring/reference-file.ts";
import { selfTest } from "../scoring/self-test.ts";
import { tablesOf } from "../training/boosting/tables.ts";
import type { BoostedModel } from "../training/boosting/tree.ts";
import { calibratedLogistic } from "../training/calibration.ts";
import type { CalibrationLine } from "../training/calibration-slope.ts";
import type { LogisticModel } from "../training/logistic-model.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { behindConsent, directionsOf, fitVariant, forVariant, predictionsOf, rowsOf } from "./evaluate.ts";
import { type Experiment, horizonMonths } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { judgedFairness } from "./judged-fairness.ts";
import { writeMatrix } from "./matrix.ts";
import { measureLater } from "./measure-later.ts";
import { championOf, type Variant } from "./model-grid.ts";
import { protectedTraits } from "./protected-traits.ts";
import { proxiesOf } from "./proxies.ts";
import { type Matrix, readMatrix } from "./read-matrix.ts";
import { watchedColumns } from "./watched-columns.ts";

/**
 * Fits the experiment's champion on everything that was known at `asOf` and keeps it in the model store, with manifest and card. Its quality is
 * that of a fit on the earlier days alone, on the window at the end, beside the experiment's baselines; where that fit's probabilities are off there,
 * the model's go through the line that mends them. A UserError when the window says too little.
 */
export async function fitChampion(
  experiment: Experiment,
  data: DataDirectory,
  { asOf, ...around }: Surroundings & { asOf: IsoDate },
): Promise<OwnModel & { directory: string }> {
  const variant = championOf(experiment);
  const files = await writeMatrix(experiment, data, around, asOf);
  const matrix = await readMatrix(files, experiment, around);
  const fitted = async (rows: Uint32Array) => (await fitVariant(matrix, rows, experiment, variant, around.threads ?? 1)).model;
  const later = await measureLater(experiment, matrix, {
    calibrates: experiment.calibration !== "none",
    onProgress: around.onProgress,
    predict: async ({ train, test }) => predictionsOf(await fitted(train), matrix, test),
  });
  around.onProgress?.(`fitting on ${matrix.label.length} rows`);
  const model = await fitted(Uint32Array.from(matrix.label.keys()));
  around.onProgress?.("holding the features against protected traits");
  const traits = await protectedTraits(experiment, data, around, {
    asOf: matrix.moments.at(-1)!.asOf,
    snapshot: matrix.snapshot.load_id,
  });
  const positives = matrix.label.reduce((sum, event) => sum + event, 0);
  const statement = {
    name: experiment.name,
    label: experiment.label,
    horizon_months: horizonMonths(experiment.label),
    synthetic: matrix.synthetic,
    training: {
      rows: matrix.label.length,
      positives,
      base_rate: positives / matrix.label.length,
      from: matrix.moments[0]?.asOf ?? null,
      until: matrix.moments.at(-1)?.asOf ?? null,
      data: matrix.snapshot,
    },
    quality: { ...later.quality, refitted: true, ...judgedFairness(experiment, matrix, later, traits) },
    proxies: proxiesOf(model, matrix, traits),
    ...responsibleIn(readDeployment(experiment.deployment)),
    code_version: packageVersion(),
  };
  const packed = pack({ model, calibration: later.calibration }, forVariant(matrix, experiment, variant), experiment, variant, statement);
  const watched = await watchedColumns(files, experiment, packed.manifest, around);
  const stored = storeModel(data, withReference(packed, referenceOf(watched, later.predictions)));
  await selfTest(stored);
  return stored;
}

type Statement = Omit<Parameters<typeof packBoosted>[1], "settings">;

function pack(
  { model, calibration }: { model: LogisticModel | BoostedModel; calibration: CalibrationLine | null },
  matrix: Matrix,
  experiment: Experiment,
  { settings }: Variant,
  statement: Statement,
): OwnModel {
  if (settings.kind === "boosted" && "trees" in model) {
    const { kind: _, ...fitted } = settings;
    return packBoosted(
      { model, calibration, tables: tablesOf(calibrated({ model, calibration }), rowsOf(matrix)) },
      { ...statement, settings: fitted },
    );
  }
  const plain = model as LogisticModel;
  return packModel(calibration === null ? plain : calibratedLogistic(plain, calibration), {
    ...statement,
    l2: settings.l2,
    directions: directionsOf(matrix, experiment),
    needConsent: behindConsent(matrix),
  });
}
