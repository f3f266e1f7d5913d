import { sigmoid } from "./sigmoid.ts";

/** How a value is bent before it is standardised: `signed_log` = sign(x) * log(1 + |x|), for heavy tails such as amounts of money. */
export const transforms = ["none", "signed_log"] as const;
export type Transform = (typeof transforms)[number];

/** What one feature adds to the log-odds: coefficient * (bent value - mean) / deviation, 0 when unknown, plus the part of being known or unknown. */
export interface LogisticTerm {
  name: string;
  transform: Transform;
  /** Of the bent known values in training, weighted. */
  mean: number;
  /** Population standard deviation of the same; 1 for a constant. */
  deviation: number;
  coefficient: number;
  /** Present when some value was unknown in training: coefficient * ((1 if unknown else 0) - rate) / deviation. */
  missing: { rate: number; deviation: number; coefficient: number } | null;
}

/** A logistic regression on standardised features; NaN is unknown. */
export interface LogisticModel {
  /** In the order in which values are given. */
  terms: LogisticTerm[];
  /** The log-odds at the training mean: what every household starts from. */
  base: number;
}

/** The value as the model sees it before standardising. */
export function bend(value: number, transform: Transform): number {
  return transform === "none" ? value : Math.sign(value) * Math.log(1 + Math.abs(value));
}

/** What each feature adds to `base` for one row (with its part for being unknown), in the model's order; the sum over features is margin - base. */
export function contributions(model: LogisticModel, row: ArrayLike<number>): Float64Array {
  return Float64Array.from(model.terms, (term, index) => contribution(term, row[index] as number));
}

/** The log-odds of one row, values in the model's order. */
export function marginOf(model: LogisticModel, row: ArrayLike<number>): number {
  return contributions(model, row).reduce((sum, each) => sum + each, model.base);
}

/** The log-odds of rows given by columns in the model's order: the same bits as `marginOf` row by row. */
export function marginsOf({ base, terms }: LogisticModel, columns: readonly Float64Array[], rows: number): Float64Array {
  const margins = new Float64Array(rows).fill(base);
  terms.forEach((term, index) => {
    const column = columns[index]!;
    for (let row = 0; row < rows; row++) margins[row]! += contribution(term, column[row]!);
  });
  return margins;
}

/** The probability of one row. */
export function probabilityOf(model: LogisticModel, row: ArrayLike<number>): number {
  return sigmoid(marginOf(model, row));
}

function contribution(term: LogisticTerm, value: number): number {
  const isUnknown = Number.isNaN(value);
  const known = isUnknown ? 0 : (term.coefficient * (bend(value, term.transform) - term.mean)) / term.deviation;
  if (term.missing === null) return known;
  return known + (term.missing.coefficient * ((isUnknown ? 1 : 0) - term.missing.rate)) / term.missing.deviation;
}
