import { sha256 } from "../domain/canonical.ts";
import type { ProxyStrength } from "../scoring/manifest.ts";
import type { BoostedModel } from "../training/boosting/tree.ts";
import { fitLogistic } from "../training/logistic.ts";
import type { LogisticModel } from "../training/logistic-model.ts";
import { probabilities, takeRows } from "../training/measured-fit.ts";
import { auc } from "../training/metrics.ts";
import type { TrainingRows } from "../training/training-rows.ts";
import type { ProtectedTraits } from "./protected-traits.ts";
import type { Matrix } from "./read-matrix.ts";

const mostRows = 10_000;
/** Rows of each kind that learning and judging need. */
const leastOfEachKind = 20;

/**
 * How well a model's features foretell each protected trait (its commonest value against the others), on households kept aside: 0.5 is not at
 * all, 1 is as good as the trait itself. From the last day looked from, by a draw of households. Traits of one value are left out.
 */
export function proxiesOf(
  model: LogisticModel | BoostedModel,
  matrix: Matrix,
  { household, traits }: ProtectedTraits,
): Record<string, ProxyStrength> {
  const drawn = drawRows(matrix);
  const place = new Map(Array.from(household, (key, index) => [key, index]));
  const measured = Object.entries(traits).flatMap(([trait, values]) => {
    const value = drawn.map((row) => values[place.get(matrix.household[row]!) ?? -1] ?? null);
    const proxy = measure(model, matrix, drawn, value);
    return proxy === null ? [] : [[trait, proxy] as const];
  });
  return Object.fromEntries(measured);
}

/** Rows of the last day, in the order of a hash of their household, as many as are needed. */
function drawRows({ moments, moment, household }: Matrix): number[] {
  const rows = Array.from(moment, (_, row) => row).filter((row) => moment[row] === moments.length - 1);
  const hashed = rows.map((row) => ({ row, hash: sha256(`proxies ${household[row]}`) }));
  hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  return hashed.slice(0, mostRows).map(({ row }) => row);
}

/** Learns from every other household drawn, judges by the rest. Null when one side has too few with or without the value. */
function measure(
  model: LogisticModel | BoostedModel,
  matrix: Matrix,
  drawn: readonly number[],
  value: readonly (string | null)[],
): ProxyStrength | null {
  const known = drawn.flatMap((row, index) => (value[index] === null ? [] : [{ row, value: value[index]! }]));
  const commonest = commonestOf(known.map((each) => each.value));
  const sides = [0, 1].map((side) => {
    const half = known.filter((_, index) => index % 2 === side);
    const label = Uint8Array.from(half, (each) => (each.value === commonest ? 1 : 0));
    const events = label.reduce((sum, event) => sum + event, 0);
    const isEnough = Math.min(events, label.length - events) >= leastOfEachKind;
    return isEnough
      ? {
          ...takeRows(
            weighed(model, matrix),
            Uint32Array.from(half, (each) => each.row),
          ),
          label,
        }
      : null;
  });
  const [learned, judged] = sides;
  if (commonest === undefined || !learned || !judged) return null;
  const transforms = "terms" in model ? Object.fromEntries(model.terms.map(({ name, transform }) => [name, transform])) : {};
  const fit = fitLogistic(learned, { l2: 10, tolerance: 1e-4, transforms });
  return { value: commonest, auc: auc({ label: judged.label, score: probabilities(fit.model, judged) })!, n: judged.label.length };
}

function commonestOf(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))[0]?.[0];
}

/** The columns of the features that weigh in the model. */
function weighed(model: LogisticModel | BoostedModel, { features, columns, label }: Matrix): TrainingRows {
  const names = "terms" in model ? weighingTerms(model) : usedByTrees(model);
  const column = new Map(features.map(({ name }, index) => [name, columns[index]!]));
  return { names, columns: names.map((name) => column.get(name)!), label };
}

function weighingTerms({ terms }: LogisticModel): string[] {
  return terms.filter((term) => term.coefficient !== 0 || (term.missing?.coefficient ?? 0) !== 0).map(({ name }) => name);
}

function usedByTrees({ features, trees }: BoostedModel): string[] {
  const used = new Set(trees.flatMap((tree) => Array.from(tree.feature)));
  return features.filter((_, index) => used.has(index));
}
