import { fitLogistic, type LogisticFit } from "../training/logistic.ts";
import type { LogisticModel } from "../training/logistic-model.ts";
import { probabilities, takeRows } from "../training/measured-fit.ts";
import type { Predictions } from "../training/predictions.ts";
import { defaultTransform, type TrainingRows } from "../training/training-rows.ts";
import type { BaselineName } from "./baselines.ts";
import type { Experiment } from "./experiment.ts";
import type { Matrix } from "./read-matrix.ts";
import type { Split } from "./splits.ts";

/** Rows of each kind that learning and judging need. */
const leastOfEachKind = 20;

/** Mean derivative at which a fit ends: on standardised columns further steps move no probability by a thousandth. */
const tolerance = 1e-6;

/** Fits the experiment's logistic regression on some rows of a matrix. */
export function fitOn(matrix: Matrix, rows: Uint32Array, experiment: Experiment): LogisticFit {
  const training = takeRows(rowsOf(matrix), rows);
  const defaults = matrix.features.map(({ name, unit }, place) => [name, defaultTransform(unit, training.columns[place]!)] as const);
  return fitLogistic(training, {
    l2: experiment.l2,
    tolerance,
    transforms: { ...Object.fromEntries(defaults), ...experiment.transforms },
    directions: directionsOf(matrix, experiment),
    withoutIndicator: behindConsent(matrix),
  });
}

/** The features known only where a family consents: whether it does must never weigh. */
export function behindConsent({ features }: Matrix): Set<string> {
  return new Set(features.filter((feature) => feature.needs_consent).map((feature) => feature.name));
}

/** The directions that the catalogue declares, when the experiment holds to them. */
export function directionsOf(matrix: Matrix, { directions }: Experiment): Record<string, "+" | "-" | "free"> {
  return directions === "free" ? {} : Object.fromEntries(matrix.features.map(({ name, direction }) => [name, direction]));
}

/** A model's probabilities of some rows beside what came. */
export function predictionsOf(model: LogisticModel, matrix: Matrix, rows: Uint32Array): Predictions {
  const judged = takeRows(rowsOf(matrix), rows);
  return { label: judged.label, score: probabilities(model, judged) };
}

/** A baseline's ranking of some rows beside what came. */
export function rankedBy(matrix: Matrix, baseline: BaselineName, rows: Uint32Array): Predictions {
  const ranking = matrix.rankings.get(baseline)!;
  return { label: Uint8Array.from(rows, (row) => matrix.label[row]!), score: Float64Array.from(rows, (row) => ranking[row]!) };
}

/** Why a split can say nothing: too few rows with or without the event. */
export function whyUntestable({ label }: Matrix, { train, test }: Split): string | undefined {
  const sides = [
    { rows: train, purpose: "to learn from" },
    { rows: test, purpose: "to be judged by" },
  ];
  for (const { rows, purpose } of sides) {
    const events = rows.reduce((sum, row) => sum + label[row]!, 0);
    if (Math.min(events, rows.length - events) < leastOfEachKind)
      return `${rows.length} rows ${purpose}, ${events} with the event; at least ${leastOfEachKind} of each kind are needed`;
  }
  return undefined;
}

function rowsOf({ features, columns, label }: Matrix): TrainingRows {
  return { names: features.map((feature) => feature.name), columns, label };
}
