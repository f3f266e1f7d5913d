import { UserError } from "../domain/errors.ts";
import { type Design, type DesignOptions, type DroppedFeature, designMatrix } from "./design-matrix.ts";
import type { LogisticModel } from "./logistic-model.ts";
import { logisticObjective } from "./logistic-objective.ts";
import { type Bounds, type Minimum, minimise, SingularHessian } from "./newton.ts";
import { requireTrainable, type TrainingRows } from "./training-rows.ts";

/** Settings of a fit. `transforms` and `directions` are by feature; none and free where absent. */
export interface LogisticOptions extends DesignOptions {
  /** Strength of the ridge on standardised coefficients: loss = sum of weight * log-loss + l2 / 2 * sum of squares (1 / C of scikit-learn). 1 when absent. */
  l2?: number | undefined;
  /** The fit has converged when no mean derivative per unit of weight is larger. 1e-9 when absent. */
  tolerance?: number | undefined;
  /** 100 when absent. */
  mostIterations?: number | undefined;
}

/** A fitted model, and what the fit has to say of itself. */
export interface LogisticFit {
  model: LogisticModel;
  converged: boolean;
  iterations: number;
  dropped: DroppedFeature[];
  /** Features whose coefficient the declared direction holds at 0. */
  held: string[];
}

/**
 * Fits a logistic regression with ridge penalty (intercept free) on standardised columns; unknown values stand at the mean beside an indicator.
 * A feature with direction + or - has a coefficient of that sign or 0: the fit is the best one within those bounds, not a free one cut afterwards.
 * A feature's indicator of being unknown is always free. One thread, fixed order: the same rows give the same bits.
 */
export function fitLogistic(rows: TrainingRows, options: LogisticOptions = {}): LogisticFit {
  const l2 = options.l2 ?? 1;
  if (!(l2 >= 0 && l2 < Infinity)) throw new UserError("bad_option", `l2 ${l2}: give a number from 0 up`);
  requireTrainable(rows);
  const design = designMatrix(rows, options);
  if (design.terms.length === 0)
    throw new UserError(
      "nothing_varies",
      `none of ${rows.names.length} features varies over ${rows.label.length} rows: there is nothing to learn from`,
    );
  const { positive, all } = weighOutcomes(rows);
  const start = new Float64Array(design.columns.length);
  start[0] = Math.log(positive / (all - positive));
  const tolerance = (options.tolerance ?? 1e-9) * all;
  const minimum = search(design, l2, start, { tolerance, mostIterations: options.mostIterations ?? 100 });
  const { converged, iterations } = minimum;
  return { model: modelOf(design, minimum), converged, iterations, dropped: design.dropped, held: heldFeatures(design, minimum) };
}

function weighOutcomes({ label, weight }: TrainingRows): { positive: number; all: number } {
  let [positive, all] = [0, 0];
  for (let row = 0; row < label.length; row++) {
    const share = weight?.[row] ?? 1;
    all += share;
    if (label[row] === 1) positive += share;
  }
  return { positive, all };
}

function search(design: Design, l2: number, start: Float64Array, settings: { tolerance: number; mostIterations: number }): Minimum {
  try {
    return minimise(logisticObjective(design, l2), start, directionBounds(design), settings);
  } catch (cause) {
    if (!(cause instanceof SingularHessian)) throw cause;
    throw new UserError("collinear", `columns repeat each other and l2 is ${l2}: give l2 above 0, or leave the copies out`, { cause });
  }
}

function directionBounds(design: Design): Bounds {
  const directions = design.columns.map((column) => (column.kind === "value" ? column.direction : "free"));
  return {
    least: Float64Array.from(directions, (direction) => (direction === "+" ? 0 : -Infinity)),
    most: Float64Array.from(directions, (direction) => (direction === "-" ? 0 : Infinity)),
  };
}

function modelOf(design: Design, { point }: Minimum): LogisticModel {
  const terms = design.terms.map((term) => ({ ...term, missing: term.missing === null ? null : { ...term.missing } }));
  design.columns.forEach((column, index) => {
    if (column.kind === "value") terms[column.term]!.coefficient = point[index]!;
    if (column.kind === "missing") terms[column.term]!.missing!.coefficient = point[index]!;
  });
  return { terms, base: point[0]! };
}

function heldFeatures(design: Design, { point }: Minimum): string[] {
  const held = design.columns.filter((column, index) => column.kind === "value" && column.direction !== "free" && point[index] === 0);
  return held.map((column) => (column.kind === "value" ? design.terms[column.term]!.name : ""));
}
