import { UserError } from "../domain/errors.ts";
import { marginOf } from "../training/logistic-model.ts";
import { seededRandom } from "../training/random.ts";
import { modelOf } from "./manifest.ts";
import type { StoredModel } from "./model-store.ts";
import { Scorer } from "./scorer.ts";

const rows = 1000;
const mostDifference = 1e-9;

/** Scores made-up rows (a tenth of the values unknown) by onnxruntime and by the manifest's formula; a UserError when they differ by over 1e-9 of the log-odds' size. */
export async function selfTest({ manifest, onnx, directory }: StoredModel): Promise<{ rows: number; largest: number }> {
  const random = seededRandom(1);
  const value = (mean: number, deviation: number) => (random() < 0.1 ? Number.NaN : mean + 6 * deviation * (random() - 0.5));
  const columns = manifest.features.map(({ mean, deviation }) => Float64Array.from({ length: rows }, () => value(mean, deviation)));
  const scorer = new Scorer(onnx, 1);
  try {
    const names = manifest.features.map((feature) => feature.name);
    const { margin } = await scorer.score(names, columns, "self-test");
    const model = modelOf(manifest);
    const largest = margin.reduce((most, found, row) => {
      const expected = marginOf(
        model,
        columns.map((column) => column[row] as number),
      );
      return Math.max(most, Math.abs(found - expected) / Math.max(1, Math.abs(expected)));
    }, 0);
    if (!(largest <= mostDifference))
      throw new UserError(
        "model_differs",
        `${directory}: onnxruntime and the manifest's formula differ by ${largest}; the model must not be used`,
      );
    return { rows, largest };
  } finally {
    await scorer.close();
  }
}
