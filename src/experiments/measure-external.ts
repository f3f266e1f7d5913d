import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { runnable, startScorer } from "../scoring/external-model.ts";
import { storeModel } from "../scoring/model-store.ts";
import type { PackedExternal } from "../scoring/pack-model.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Experiment } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { buildMatrix } from "./matrix.ts";
import { measureLater } from "./measure-later.ts";
import type { Matrix } from "./read-matrix.ts";

/**
 * Measures a model made elsewhere on an experiment's later window, beside its baselines, and keeps the result in its manifest. A UserError when
 * it foretells something else, knew labels of the window, or wants features that the experiment does not have.
 */
export async function measureExternal(
  { manifest, onnx }: PackedExternal,
  experiment: Experiment,
  data: DataDirectory,
  { asOf, ...around }: Surroundings & { asOf: IsoDate },
): Promise<PackedExternal & { directory: string }> {
  const { name, label, fitted_until, plan } = manifest;
  if (label !== experiment.label)
    throw new UserError(
      "other_label",
      `${name} foretells ${label}, but ${experiment.name} measures ${experiment.label}; register it with the right label`,
    );
  if (fitted_until === null)
    throw new UserError(
      "unknown_window",
      `${name}: register it with "fitted_until: DATE", the day by which the labels it learned from were known`,
    );
  const matrix = await buildMatrix(experiment, data, around, asOf);
  const [names, columns] = featureColumns(manifest, matrix);
  const scorer = await startScorer({ onnx: runnable({ onnx }), plan }, name, around.threads ?? 1);
  try {
    const { quality } = await measureLater(experiment, matrix, {
      calibrates: false,
      onProgress: around.onProgress,
      predict: async ({ test }, from) => {
        if (fitted_until > from)
          throw new UserError(
            "window_known",
            `${name} learned from labels known by ${fitted_until}, within the window that it would be measured on (from ${from}): give a later --as-of, or fit it on earlier rows`,
          );
        const rows = columns.map((column) => Float64Array.from(test, (row) => column[row]!));
        const { probability } = await scorer.score(names, rows, `${experiment.name}, later window`);
        return { label: Uint8Array.from(test, (row) => matrix.label[row]!), score: probability };
      },
    });
    return storeModel(data, { manifest: { ...manifest, quality: { ...quality, refitted: false } }, onnx, boosted: null });
  } finally {
    await scorer.close();
  }
}

function featureColumns({ name, features }: PackedExternal["manifest"], matrix: Matrix): [names: string[], columns: Float64Array[]] {
  const known = matrix.features.map((feature) => feature.name);
  const names = features.map((feature) => feature.name);
  const missing = names.filter((each) => !known.includes(each)).map((each) => `${each}${didYouMean(each, known)}`);
  if (missing.length > 0)
    throw new UserError("missing_feature", `${name} wants ${missing.join(", ")}, which the experiment does not have, or leaves out`);
  return [names, names.map((each) => matrix.columns[known.indexOf(each)]!)];
}
