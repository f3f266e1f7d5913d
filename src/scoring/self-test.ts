import { UserError } from "../domain/errors.ts";
import { edgeValues } from "../training/boosting/edge-values.ts";
import { marginOf as marginOfTrees } from "../training/boosting/tree.ts";
import { marginOf } from "../training/logistic-model.ts";
import { seededRandom } from "../training/random.ts";
import { calibrated } from "./boosted-files.ts";
import { scoreExplainer } from "./contributions.ts";
import { modelOf } from "./manifest.ts";
import type { StoredModel } from "./model-store.ts";
import type { PackedModel } from "./pack-model.ts";
import { Scorer } from "./scorer.ts";

const rows = 1000;
const mostDifference = 1e-9;

/** Scores made-up rows by onnxruntime, by the formula and by the sum of contributions; a UserError when they differ by over 1e-9 of the log-odds' size. */
export async function selfTest(stored: StoredModel): Promise<{ rows: number; largest: number }> {
  const { manifest, onnx, directory } = stored;
  const names = manifest.features.map((feature) => feature.name);
  const columns = madeUpColumns(stored);
  const scorer = new Scorer(onnx, 1);
  try {
    const { margin } = await scorer.score(names, columns, "self-test");
    const [formula, explain] = [formulaOf(stored), scoreExplainer(stored)];
    const largest = margin.reduce((most, found, row) => {
      const values = columns.map((column) => column[row]!);
      const expected = formula(values);
      const told = explain(Object.fromEntries(names.map((name, index) => [name, Number.isNaN(values[index]) ? null : values[index]!])));
      const difference = Math.max(Math.abs(found - expected), Math.abs(told.margin - expected));
      return Math.max(most, difference / Math.max(1, Math.abs(expected)));
    }, 0);
    if (!(largest <= mostDifference))
      throw new UserError(
        "model_differs",
        `${directory}: onnxruntime, the model's formula and its contributions differ by ${largest}; the model must not be used`,
      );
    return { rows, largest };
  } finally {
    await scorer.close();
  }
}

function formulaOf(model: PackedModel): (row: readonly number[]) => number {
  if (model.boosted === null) {
    const logistic = modelOf(model.manifest);
    return (row) => marginOf(logistic, row);
  }
  const trees = calibrated(model.boosted);
  return (row) => marginOfTrees(trees, row);
}

/** Values about the mean, a tenth of them unknown; of trees, values at thresholds and beside them. */
function madeUpColumns(model: PackedModel): Float64Array[] {
  const random = seededRandom(1);
  const column = (value: () => number) => Float64Array.from({ length: rows }, value);
  if (model.boosted !== null)
    return edgeValues(model.boosted.model).map((values) => column(() => values[Math.floor(random() * values.length)]!));
  return model.manifest.features.map(({ mean, deviation }) =>
    column(() => (random() < 0.1 ? Number.NaN : mean + 6 * deviation * (random() - 0.5))),
  );
}
