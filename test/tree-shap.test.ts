import { expect, test } from "vitest";
import { type BoostOptions, fitBoosted } from "../src/training/boosting/boost.ts";
import { type BoostedModel, marginOf, type Tree } from "../src/training/boosting/tree.ts";
import { treeExplainer } from "../src/training/boosting/tree-shap.ts";
import { edgeRows } from "./support/boosted-rows.ts";
import { families } from "./support/boosting.ts";

/** What a tree is worth when only the features of a coalition are told: the others' splits go both ways by weight. */
function worth(tree: Tree, row: readonly number[], coalition: ReadonlySet<number>, node = 0): number {
  const feature = tree.feature[node]!;
  if (feature < 0) return tree.value[node]!;
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  if (!coalition.has(feature)) {
    const both = [left, right].map((child) => tree.weight[child]! * worth(tree, row, coalition, child));
    return (both[0]! + both[1]!) / tree.weight[node]!;
  }
  const value = row[feature]!;
  const isLeft = Number.isNaN(value) ? tree.isMissingLeft[node] === 1 : value <= tree.threshold[node]!;
  return worth(tree, row, coalition, isLeft ? left : right);
}

/** Shapley values by their definition: each feature's step, averaged over all orders in which features are told. */
function byOrders(model: BoostedModel, row: readonly number[]): number[] {
  const all = (coalition: ReadonlySet<number>) => model.trees.reduce((sum, tree) => sum + worth(tree, row, coalition), model.base);
  const orders = permutations(model.features.map((_, feature) => feature));
  const parts = model.features.map(() => 0);
  for (const order of orders) {
    const told = new Set<number>();
    let before = all(told);
    for (const feature of order) {
      told.add(feature);
      const after = all(told);
      parts[feature]! += (after - before) / orders.length;
      before = after;
    }
  }
  return parts;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

test.each<[string, BoostOptions]>([
  ["depth 2", { rounds: 6 }],
  ["12 leaves", { rounds: 6, depth: null, leaves: 12, minSamplesLeaf: 5 }],
  ["31 leaves on a share of the rows", { rounds: 4, depth: null, leaves: 31, minSamplesLeaf: 5, rowShare: 0.5 }],
])("contributions are the Shapley values of their definition, and add up to the log-odds: %s", async (_, options) => {
  const { model } = await fitBoosted(families(1, 1500), options);
  const { base, explain } = treeExplainer(model);
  for (const row of edgeRows(model, 12)) {
    const found = explain(row);
    byOrders(model, row).forEach((expected, feature) => {
      expect(found[feature]).toBeCloseTo(expected, 10);
    });
    expect(found.reduce((sum, each) => sum + each, base)).toBeCloseTo(marginOf(model, row), 12);
  }
  expect(Math.max(...edgeRows(model, 50).flatMap((row) => [...explain(row)].map(Math.abs)))).toBeGreaterThan(0.05);
});

test("the base is the mean log-odds of the rows that it was fitted on, where trees were grown on all of them", async () => {
  const rows = families(2, 1200);
  const { model } = await fitBoosted(rows, { rounds: 5, depth: null, leaves: 31 });
  const margins = Array.from(rows.label, (_, row) =>
    marginOf(
      model,
      model.features.map((name) => rows.columns[rows.names.indexOf(name)]![row]!),
    ),
  );
  expect(treeExplainer(model).base).toBeCloseTo(margins.reduce((sum, margin) => sum + margin, 0) / margins.length, 10);
});
