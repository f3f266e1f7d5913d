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

/** What two features do together, beyond what each does alone. */
export interface PairPart {
  features: [string, string];
  strength: number;
  table: Pick<Table, "thresholds" | "values" | "weights">;
}

const mostParts = 12;
const mostPairs = 6;

/** Parts of a model that move its log-odds most, the strongest first, and how many more there are. */
export interface StrongestParts {
  parts: FeaturePart[];
  more: number;
  pairs: PairPart[];
  more_pairs: number;
}

/** The features and pairs of features that move a model's log-odds most; null for trees that are no sum of tables. */
export function strongestParts(model: LogisticModel | BoostedModel, rows: TrainingRows): StrongestParts | null {
  if ("terms" in model) return { ...strongest(coefficientsOf(model)), pairs: [], more_pairs: 0 };
  const found = tablesOf(model, rows);
  if (found === null) return null;
  const tables = found.tables.map((table) => ({ ...table, strength: strengthOf(table) })).filter(({ strength }) => strength > 0);
  const pairs = tables.filter(({ features }) => features.length === 2).sort(byStrength);
  return {
    ...strongest(tables.filter(({ features }) => features.length === 1).map(oneFeature)),
    pairs: pairs
      .slice(0, mostPairs)
      .map(({ features, strength, ...table }) => ({ features: [features[0]!, features[1]!], strength, table })),
    more_pairs: Math.max(0, pairs.length - mostPairs),
  };
}

function strongest(parts: readonly FeaturePart[]): Pick<StrongestParts, "parts" | "more"> {
  const moving = parts.filter(({ strength }) => strength > 0).sort(byStrength);
  return { parts: moving.slice(0, mostParts), more: Math.max(0, moving.length - mostParts) };
}

type Strong = { strength: number } & ({ feature: string } | { features: readonly string[] });

function byStrength(a: Strong, b: Strong): number {
  const name = (part: Strong) => ("feature" in part ? part.feature : part.features.join(" "));
  return b.strength - a.strength || (name(a) < name(b) ? -1 : 1);
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

function oneFeature({ features, strength, ...table }: Table & { strength: number }): FeaturePart {
  return { feature: features[0]!, strength, coefficient: null, raised: null, table };
}
