import type { Feature } from "../features/catalogue.ts";
import { writeLogisticOnnx } from "../scoring/onnx-logistic.ts";
import { Scorer } from "../scoring/scorer.ts";
import { fitLogistic, type LogisticFit } from "../training/logistic.ts";
import type { LogisticModel, Transform } from "../training/logistic-model.ts";
import type { Predictions } from "../training/predictions.ts";
import { defaultTransform } from "../training/training-rows.ts";
import { type Experiment, horizonMonths } from "./experiment.ts";
import type { Matrix } from "./read-matrix.ts";

/** Fits the experiment's logistic regression on some rows of a matrix. */
export function fitOn(matrix: Matrix, rows: Uint32Array, experiment: Experiment): LogisticFit {
  const columns = matrix.columns.map((column) => taken(column, rows));
  return fitLogistic(
    { names: matrix.features.map((feature) => feature.name), columns, label: Uint8Array.from(rows, (row) => matrix.label[row]!) },
    {
      l2: experiment.l2,
      transforms: transformsOf(matrix.features, columns, experiment.transforms),
      directions:
        experiment.directions === "declared" ? Object.fromEntries(matrix.features.map(({ name, direction }) => [name, direction])) : {},
    },
  );
}

/** A model's probabilities of some rows beside what came; scored as a run scores, by onnxruntime in a worker thread. */
export async function predictionsOf(model: LogisticModel, matrix: Matrix, rows: Uint32Array, experiment: Experiment): Promise<Predictions> {
  const about = { name: experiment.name, label: experiment.label, horizon_months: horizonMonths(experiment.label) };
  const names = model.terms.map((term) => term.name);
  const places = new Map(matrix.features.map((feature, place) => [feature.name, place]));
  const scorer = new Scorer(writeLogisticOnnx(model, about), 1);
  try {
    const columns = names.map((name) => taken(matrix.columns[places.get(name)!]!, rows));
    const { probability } = await scorer.score(names, columns, experiment.name);
    return { label: Uint8Array.from(rows, (row) => matrix.label[row]!), score: probability };
  } finally {
    await scorer.close();
  }
}

function transformsOf(
  features: readonly Feature[],
  columns: readonly Float64Array[],
  chosen: Readonly<Record<string, Transform>>,
): Record<string, Transform> {
  return Object.fromEntries(features.map(({ name, unit }, place) => [name, chosen[name] ?? defaultTransform(unit, columns[place]!)]));
}

/** The values of a column at some rows. */
export function taken(column: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => column[row]!);
}
