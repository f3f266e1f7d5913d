import { UserError } from "../domain/errors.ts";
import { contributions } from "../training/logistic-model.ts";
import { type ModelManifest, modelOf } from "./manifest.ts";

/** What one feature adds to a household's log-odds, compared with the training mean. */
export interface Contribution {
  feature: string;
  /** Null when unknown; true and false are 1 and 0. */
  value: number | null;
  contribution: number;
}

/** A score taken apart: margin = base + sum of contributions (to rounding). Values by feature name, others ignored; a feature without a value is a UserError. */
export function explainScore(
  manifest: Pick<ModelManifest, "features" | "base" | "name">,
  values: Readonly<Record<string, number | boolean | null>>,
): { base: number; margin: number; contributions: Contribution[] } {
  const row = manifest.features.map(({ name }) => {
    const value = values[name];
    if (value === undefined)
      throw new UserError("missing_feature", `model ${manifest.name} wants ${name}, which the household's row does not have`);
    return value === null ? Number.NaN : Number(value);
  });
  const parts = contributions(modelOf(manifest), row);
  return {
    base: manifest.base,
    margin: parts.reduce((sum, part) => sum + part, manifest.base),
    contributions: manifest.features.map(({ name }, index) => ({
      feature: name,
      value: Number.isNaN(row[index]) ? null : (row[index] as number),
      contribution: parts[index] as number,
    })),
  };
}
