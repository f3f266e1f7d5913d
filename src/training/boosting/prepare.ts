import { UserError } from "../../domain/errors.ts";
import type { DroppedFeature } from "../design-matrix.ts";
import type { TrainingRows } from "../training-rows.ts";

/** The features that vary and the rows that weigh something. */
export interface Prepared {
  /** Numbers of the features kept, in the order given. */
  features: number[];
  dropped: DroppedFeature[];
  /** Numbers of the rows of weight above 0; null when all are. */
  rows: Uint32Array | null;
}

/** Leaves out rows of weight 0 and features that are unknown or the same in all others, or known with one value only. Throws a UserError when no feature is left. */
export function prepare({ names, columns, label, weight }: TrainingRows): Prepared {
  const rows = weight?.includes(0) ? Uint32Array.from(weight.keys()).filter((row) => weight[row]! > 0) : null;
  const [features, dropped]: [number[], DroppedFeature[]] = [[], []];
  names.forEach((name, feature) => {
    const why = whyUseless(columns[feature]!, weight);
    if (why === null) features.push(feature);
    else dropped.push({ name, why });
  });
  if (features.length === 0)
    throw new UserError(
      "nothing_varies",
      `none of ${names.length} features varies over ${label.length} rows: there is nothing to learn from`,
    );
  return { features, dropped, rows };
}

function whyUseless(column: Float64Array, weight: Float64Array | undefined): DroppedFeature["why"] | null {
  let [level, hasMissing] = [Number.NaN, false];
  for (let row = 0; row < column.length; row++) {
    if (weight?.[row] === 0) continue;
    const value = column[row]!;
    if (Number.isNaN(value)) hasMissing = true;
    else if (Number.isNaN(level)) level = value;
    else if (value !== level) return null;
  }
  if (Number.isNaN(level)) return "always unknown";
  return hasMissing ? "one level" : "always the same";
}
