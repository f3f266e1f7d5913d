import { bend, type LogisticTerm, type Transform } from "./logistic-model.ts";
import type { Direction, TrainingRows } from "./training-rows.ts";

/** One column of the regression: the intercept, a standardised value, or a standardised mark of being unknown. */
export type DesignColumn =
  | { kind: "intercept" }
  | { kind: "value"; term: number; direction: Direction }
  | { kind: "missing"; term: number };

/** The standardised columns of a regression, made block by block: `terms` still lack their coefficients. */
export interface Design {
  rows: number;
  label: Uint8Array;
  weight: Float64Array | undefined;
  terms: LogisticTerm[];
  /** Values of each term, bent. */
  bent: Float64Array[];
  columns: DesignColumn[];
  dropped: DroppedFeature[];
}

/** A feature that can teach nothing, and why. */
export interface DroppedFeature {
  name: string;
  why: "always unknown" | "always the same" | "one level";
}

export interface DesignOptions {
  transforms?: Readonly<Record<string, Transform>> | undefined;
  directions?: Readonly<Record<string, Direction>> | undefined;
  /** Features whose being unknown must say nothing: they get no indicator, and an unknown value stands at the mean and adds 0. */
  withoutIndicator?: ReadonlySet<string> | undefined;
}

/** Means and deviations of the known values, an indicator where some value is unknown (but for `withoutIndicator`); features that never vary are dropped. */
export function designMatrix(rows: TrainingRows, options: DesignOptions = {}): Design {
  const design: Design = {
    rows: rows.label.length,
    label: rows.label,
    weight: rows.weight,
    terms: [],
    bent: [],
    columns: [{ kind: "intercept" }],
    dropped: [],
  };
  rows.names.forEach((name, index) => {
    addFeature(design, name, rows.columns[index] as Float64Array, options);
  });
  return design;
}

function addFeature(design: Design, name: string, values: Float64Array, options: DesignOptions): void {
  const transform = options.transforms?.[name] ?? "none";
  const bent = transform === "none" ? values : values.map((value) => bend(value, transform));
  const { known, all, mean, deviation } = moments(bent, design.weight);
  if (known === 0) {
    design.dropped.push({ name, why: "always unknown" });
    return;
  }
  const [isConstant, rate] = [deviation <= 1e-12 * Math.max(1e-300, Math.abs(mean)), (all - known) / all];
  const isSilent = known === all || (options.withoutIndicator?.has(name) ?? false);
  if (isConstant && isSilent) {
    design.dropped.push({ name, why: "always the same" });
    return;
  }
  const missing = isSilent ? null : { rate, deviation: Math.sqrt(rate * (1 - rate)), coefficient: 0 };
  const term = design.terms.length;
  design.terms.push({ name, transform, mean, deviation: isConstant ? 1 : deviation, coefficient: 0, missing });
  design.bent.push(bent);
  if (!isConstant) design.columns.push({ kind: "value", term, direction: options.directions?.[name] ?? "free" });
  if (missing !== null) design.columns.push({ kind: "missing", term });
}

/** Weight of the known values and of all, weighted mean and population standard deviation of the known ones (two passes). */
function moments(values: Float64Array, weight: Float64Array | undefined): { known: number; all: number; mean: number; deviation: number } {
  let [known, all, sum] = [0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    const [value, share] = [values[row]!, weight === undefined ? 1 : weight[row]!];
    all += share;
    if (Number.isNaN(value)) continue;
    known += share;
    sum += share * value;
  }
  const mean = sum / known;
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isNaN(value)) squares += (weight === undefined ? 1 : weight[row]!) * (value - mean) ** 2;
  }
  return { known, all, mean, deviation: Math.sqrt(squares / known) };
}

/** Writes `count` rows from row `from`, column after column, each column `stride` long. */
export function fillBlock(design: Design, from: number, count: number, block: Float64Array, stride: number): void {
  for (const [index, column] of design.columns.entries()) {
    const into = block.subarray(index * stride, index * stride + count);
    if (column.kind === "intercept") into.fill(1);
    else if (column.kind === "value") fillValues(design.terms[column.term]!, design.bent[column.term]!, from, into);
    else fillMissing(design.terms[column.term]!, design.bent[column.term]!, from, into);
  }
}

function fillValues({ mean, deviation }: LogisticTerm, values: Float64Array, from: number, into: Float64Array): void {
  for (let row = 0; row < into.length; row++) {
    const value = values[from + row]!;
    into[row] = Number.isNaN(value) ? 0 : (value - mean) / deviation;
  }
}

function fillMissing({ missing }: LogisticTerm, values: Float64Array, from: number, into: Float64Array): void {
  const { rate, deviation } = missing!;
  const [unknown, known] = [(1 - rate) / deviation, -rate / deviation];
  for (let row = 0; row < into.length; row++) into[row] = Number.isNaN(values[from + row]!) ? unknown : known;
}
