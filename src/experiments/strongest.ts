import { strengthOf, type Table, tablesOf } from "../training/boosting/tables.ts";
import type { BoostedModel } from "../training/boosting/tree.ts";
import type { LogisticModel, Transform } from "../training/logistic-model.ts";
import type { TrainingRows } from "../training/training-rows.ts";

/** What one feature alone does to the log-odds: a table of a sum of tables, or a coefficient per standard deviation of a logistic regression. */
export interface FeaturePart {
  feature: string;
  /** By how much it moves the log-odds: root mean square over the training rows. */
  strength: number;
  coefficient: number | null;
  /** Of a logistic regression: the value one standard deviation above the mean. */
  raised: number | null;
  table: Pick<Table, "thresholds" | "values" | "weights"> | null;
}

const mostParts = 12;

/** The features that move a model's log-odds most, the strongest first, and how many more there are; null for trees that are no sum of tables. */
export function strongestParts(model: LogisticModel | BoostedModel, rows: TrainingRows): { parts: FeaturePart[]; more: number } | null {
  const parts = "terms" in model ? coefficientsOf(model) : oneFeatureTables(model, rows);
  if (parts === null) return null;
  const moving = parts.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength || (a.feature < b.feature ? -1 : 1));
  return { parts: moving.slice(0, mostParts), more: Math.max(0, moving.length - mostParts) };
}

function coefficientsOf({ terms }: LogisticModel): FeaturePart[] {
  return terms.map(({ name, coefficient, transform, mean, deviation }) => ({
    ...{ feature: name, strength: Math.abs(coefficient), coefficient, table: null },
    raised: straighten(mean + deviation, transform),
  }));
}

/** The value that `bend` bent. */
function straighten(bent: number, transform: Transform): number {
  return transform === "none" ? bent : Math.sign(bent) * Math.expm1(Math.abs(bent));
}

function oneFeatureTables(model: BoostedModel, rows: TrainingRows): FeaturePart[] | null {
  const found = tablesOf(model, rows);
  if (found === null) return null;
  return found.tables
    .filter(({ features }) => features.length === 1)
    .map((table) => ({
      feature: table.features[0]!,
      strength: strengthOf(table),
      coefficient: null,
      raised: null,
      table: { thresholds: table.thresholds, values: table.values, weights: table.weights },
    }));
}
