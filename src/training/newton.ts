import { CholeskyDecomposition, Matrix } from "ml-matrix";

/** A smooth convex function of `size` numbers. */
export interface Objective {
  size: number;
  value(point: Float64Array): number;
  derivatives(point: Float64Array): Derivatives;
}

/** The Hessian is row-major. */
export interface Derivatives {
  value: number;
  gradient: Float64Array;
  hessian: Float64Array;
}

/** Bounds of each number; -Infinity and Infinity where there are none. */
export interface Bounds {
  least: Float64Array;
  most: Float64Array;
}

export interface Minimum {
  point: Float64Array;
  converged: boolean;
  iterations: number;
  /** Largest part of the gradient that a bound does not stop. */
  gradient: number;
}

export interface NewtonOptions {
  /** The search ends when no part of the projected gradient is larger. */
  tolerance: number;
  mostIterations: number;
}

/** Thrown when the Hessian has no Cholesky factor: columns are copies or sums of each other and nothing shrinks them. */
export class SingularHessian extends Error {}

/**
 * Projected Newton's method (Bertsekas 1982): numbers at a bound that the gradient pushes against rest there, the others take a Newton step,
 * cut at their bounds and halved until the function falls enough. On a strictly convex function it ends at the one minimum within the bounds.
 */
export function minimise(objective: Objective, start: Float64Array, bounds: Bounds, options: NewtonOptions): Minimum {
  let point: Float64Array = start.map((value, index) => clamp(value, index, bounds));
  let here = objective.derivatives(point);
  for (let iterations = 0; ; iterations++) {
    const { value, gradient, hessian } = here;
    const free = freeNumbers(point, gradient, bounds);
    const largest = free.reduce((most, index) => Math.max(most, Math.abs(gradient[index]!)), 0);
    const converged = largest <= options.tolerance;
    if (converged || iterations === options.mostIterations) return { point, converged, iterations, gradient: largest };
    const step = newtonStep(gradient, hessian, free);
    const next = descend(objective, { point, value, gradient, free, step }, bounds);
    if (next === undefined) return { point, converged: false, iterations, gradient: largest };
    point = next.point;
    here = next.derivatives ?? objective.derivatives(point);
  }
}

function clamp(value: number, index: number, { least, most }: Bounds): number {
  return Math.min(most[index]!, Math.max(least[index]!, value));
}

function freeNumbers(point: Float64Array, gradient: Float64Array, { least, most }: Bounds): number[] {
  const free: number[] = [];
  for (let index = 0; index < point.length; index++) {
    const isHeldBelow = point[index]! <= least[index]! && gradient[index]! > 0;
    const isHeldAbove = point[index]! >= most[index]! && gradient[index]! < 0;
    if (!isHeldBelow && !isHeldAbove) free.push(index);
  }
  return free;
}

function newtonStep(gradient: Float64Array, hessian: Float64Array, free: readonly number[]): Float64Array {
  const width = gradient.length;
  const curvature = new Matrix(free.map((row) => free.map((column) => hessian[row * width + column]!)));
  const factor = new CholeskyDecomposition(curvature);
  if (!factor.isPositiveDefinite()) throw new SingularHessian("the Hessian is not positive definite");
  return Float64Array.from(factor.solve(Matrix.columnVector(free.map((index) => gradient[index]!))).to1DArray());
}

interface Descent {
  point: Float64Array;
  value: number;
  gradient: Float64Array;
  free: readonly number[];
  step: Float64Array;
}

/**
 * The first of full, half, quarter ... steps that lowers the function enough (Armijo); undefined when none does. Most often that is the full
 * step, so its derivatives, which are wanted next, are worked out with its value.
 */
function descend(
  objective: Objective,
  { point, value, gradient, free, step }: Descent,
  bounds: Bounds,
): { point: Float64Array; derivatives?: Derivatives } | undefined {
  for (let part = 1; part > 1e-12; part /= 2) {
    const next = point.slice();
    let promised = 0;
    free.forEach((index, place) => {
      next[index] = clamp(point[index]! - part * step[place]!, index, bounds);
      promised += gradient[index]! * (point[index]! - next[index]!);
    });
    if (!(promised > 0)) continue;
    const derivatives = part === 1 ? objective.derivatives(next) : undefined;
    const isBelowRounding = promised <= 1e-13 * Math.abs(value);
    if (isBelowRounding || (derivatives?.value ?? objective.value(next)) <= value - 1e-4 * promised)
      return derivatives === undefined ? { point: next } : { point: next, derivatives };
  }
  return undefined;
}
