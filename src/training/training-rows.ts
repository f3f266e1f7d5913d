import { UserError } from "../domain/errors.ts";
import type { Transform } from "./logistic-model.ts";

/** Which way a rise of the feature may move the risk. */
export const directions = ["+", "-", "free"] as const;
export type Direction = (typeof directions)[number];

/** Rows to learn from, column by column; NaN is unknown. */
export interface TrainingRows {
  names: readonly string[];
  /** One column per name. */
  columns: readonly Float64Array[];
  /** 1 = the event came. */
  label: Uint8Array;
  /** A weight of k counts as k copies of the row. */
  weight?: Float64Array | undefined;
}

/** Refuses rows that no model can be fitted on: infinite values, weights that are no weights, one class only. Names the column and the row. */
export function requireTrainable({ names, columns, label, weight }: TrainingRows): void {
  columns.forEach((column, index) => {
    if (column.length !== label.length) throw new RangeError(`${names[index]} has ${column.length} rows, the label ${label.length}`);
    let row = 0;
    while (row < column.length && Math.abs(column[row]!) !== Infinity) row += 1;
    if (row < column.length)
      throw new UserError(
        "infinite_value",
        `column ${names[index]}, row ${row + 1}: ${column[row]} is not a number to learn from; leave it empty when unknown`,
      );
  });
  const badWeight = weight?.findIndex((value) => !(value >= 0 && value < Infinity)) ?? -1;
  if (badWeight >= 0)
    throw new UserError("bad_weight", `weight, row ${badWeight + 1}: ${weight?.[badWeight]} is not a weight; give a number from 0 up`);
  const seen = [false, false];
  for (let row = 0; row < label.length; row++) if (weight?.[row] !== 0) seen[label[row] as 0 | 1] = true;
  if (!seen[0] || !seen[1])
    throw new UserError(
      "one_class",
      `the label is ${seen[1] ? "1" : "0"} in all of ${label.length} rows; a model needs rows of both kinds`,
    );
}

/** `signed_log` for money that spans more than three orders of magnitude (unit `lcu`, some |value| over 1,000), else `none`. */
export function defaultTransform(unit: string | undefined, column: Float64Array): Transform {
  return unit === "lcu" && column.some((value) => Math.abs(value) > 1000) ? "signed_log" : "none";
}
