import { UserError } from "../domain/errors.ts";
import { contributions } from "../training/logistic-model.ts";
import { boostedExplainer } from "./boosted-files.ts";
import { modelOf } from "./manifest.ts";
import type { OwnModel } from "./pack-model.ts";

/** What one feature adds to a household's log-odds, compared with the training mean. */
export interface Contribution {
  feature: string;
  /** Null when unknown; true and false are 1 and 0. */
  value: number | null;
  contribution: number;
  /** Where it is an estimate. */
  standard_error?: number;
}

/** A score taken apart: margin = base + sum of contributions (to rounding). */
export interface ExplainedScore {
  base: number;
  margin: number;
  contributions: Contribution[];
}

/** Takes scores of a model apart, exactly. Values by feature name, others ignored; a feature without a value is a UserError. */
export function scoreExplainer(model: OwnModel): (values: Readonly<Record<string, number | boolean | null>>) => ExplainedScore {
  const { name, base } = model.manifest;
  const features = model.manifest.features.map((feature) => feature.name);
  const partsOf = partsOfRow(model);
  return (values) => {
    const row = features.map((feature) => {
      const value = values[feature];
      if (value === undefined)
        throw new UserError("missing_feature", `model ${name} wants ${feature}, which the household's row does not have`);
      return value === null ? Number.NaN : Number(value);
    });
    const parts = partsOf(row);
    return {
      base,
      margin: parts.reduce((sum, part) => sum + part, base),
      contributions: features.map((feature, index) => ({
        feature,
        value: Number.isNaN(row[index]) ? null : row[index]!,
        contribution: parts[index]!,
      })),
    };
  };
}

/** What each feature adds to one row's log-odds, values and parts in the model's order. */
export function partsOfRow(model: OwnModel): (row: readonly number[]) => Float64Array {
  if (model.boosted !== null) return boostedExplainer(model.boosted).explain;
  const logistic = modelOf(model.manifest);
  return (row) => contributions(logistic, row);
}
