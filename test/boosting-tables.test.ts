import { describe, expect, test } from "vitest";
import { type BoostOptions, fitBoosted } from "../src/training/boosting/boost.ts";
import { cellCount, cellOf } from "../src/training/boosting/collapse.ts";
import { purify } from "../src/training/boosting/purify.ts";
import { type Table, tableExplainer, tablesOf } from "../src/training/boosting/tables.ts";
import { marginOf } from "../src/training/boosting/tree.ts";
import { edgeRows } from "./support/boosted-rows.ts";
import { families, rowOf } from "./support/boosting.ts";

const rows = families(1, 3000, (random) => Math.ceil(3 * random()) / 2);
const { model } = await fitBoosted(rows, { rounds: 60 });
const tables = tablesOf(model, rows)!;
const pairs = tables.tables.filter(({ features }) => features.length === 2);

test("base and tables add up to the log-odds, at every threshold and beside it, of the unknown and of infinities", () => {
  const { base, explain } = tableExplainer(tables, model.features);
  const edges = edgeRows(model, 20_000);
  const largest = edges.reduce(
    (most, row) => Math.max(most, Math.abs(explain(row).reduce((sum, each) => sum + each, base) - marginOf(model, row))),
    0,
  );
  expect(pairs.length).toBeGreaterThan(3);
  expect(largest).toBeLessThan(1e-9);
});

test("no table holds what a simpler one could: weighted means over rows, columns and the whole are 0", () => {
  for (const { features, thresholds, values, weights } of tables.tables) {
    const width = features.length === 1 ? 1 : cellCount(thresholds[1]!);
    const height = values.length / width;
    const mean = (cells: number[]) => {
      const total = cells.reduce((sum, cell) => sum + weights[cell]!, 0);
      return total === 0 ? 0 : cells.reduce((sum, cell) => sum + weights[cell]! * values[cell]!, 0) / total;
    };
    expect(mean(values.map((_, cell) => cell))).toBeCloseTo(0, 10);
    if (width === 1) continue;
    for (let row = 0; row < height; row++)
      expect(mean(Array.from({ length: width }, (_, column) => row * width + column))).toBeCloseTo(0, 10);
    for (let column = 0; column < width; column++)
      expect(mean(Array.from({ length: height }, (_, row) => row * width + column))).toBeCloseTo(0, 10);
  }
});

test("the weights are those of the training rows in each cell", () => {
  for (const table of tables.tables.slice(-3).concat(tables.tables.slice(0, 2))) {
    const counted = table.values.map(() => 0);
    for (let row = 0; row < rows.label.length; row++) counted[place(table, rowOf(rows, model, row))]! += rows.weight![row]!;
    expect(table.weights).toEqual(counted);
  }
});

test("the base is the weighted mean of the log-odds, and contributions add up to the score less it", () => {
  let [sum, all] = [0, 0];
  for (let row = 0; row < rows.label.length; row++) {
    sum += rows.weight![row]! * marginOf(model, rowOf(rows, model, row));
    all += rows.weight![row]!;
  }
  expect(tables.base).toBeCloseTo(sum / all, 9);
});

test("an additive table leaves nothing in its interaction; a pure one keeps all: worked out by hand", () => {
  const grid = (features: number[], values: number[], weights: number[]) => ({
    features,
    thresholds: features.map(() => [0]),
    values,
    weights,
  });
  const flat = { base: 1, one: [grid([0], [0, 0, 0], [2, 2, 0]), grid([1], [0, 0, 0], [2, 2, 0])] };
  const weights = [1, 1, 0, 1, 1, 0, 0, 0, 0];
  // 10 or 20 by row, 1 or 3 by column
  const additive = purify({ ...flat, two: [grid([0, 1], [11, 13, 0, 21, 23, 0, 0, 0, 0], weights)] });
  expect(additive.base).toBeCloseTo(1 + 15 + 2, 12);
  expect(additive.one[0]!.values.slice(0, 2).map((value) => Number(value.toFixed(9)))).toEqual([-5, 5]);
  expect(additive.one[1]!.values.slice(0, 2).map((value) => Number(value.toFixed(9)))).toEqual([-1, 1]);
  for (const cell of [0, 1, 3, 4]) expect(additive.two[0]!.values[cell]).toBeCloseTo(0, 12);
  const pure = purify({ ...flat, two: [grid([0, 1], [1, -1, 0, -1, 1, 0, 0, 0, 0], weights)] });
  expect(pure.base).toBeCloseTo(1, 12);
  expect([0, 1, 3, 4].map((cell) => pure.two[0]!.values[cell])).toEqual([1, -1, -1, 1]);
});

describe("which models have tables", () => {
  test.each<[string, BoostOptions, boolean]>([
    ["depth 1", { depth: 1 }, true],
    [
      "depth 3 within pairs of features",
      {
        depth: 3,
        interactions: [
          ["income", "debt"],
          ["children", "visits"],
        ],
      },
      true,
    ],
    ["depth 3", { depth: 3 }, false],
  ])("%s", async (_, options, has) => {
    const fitted = await fitBoosted(rows, { rounds: 10, ...options });
    const found = tablesOf(fitted.model, rows);
    expect(found !== null).toBe(has);
    if (found === null) return;
    const { base, explain } = tableExplainer(found, fitted.model.features);
    for (const row of edgeRows(fitted.model, 300))
      expect(explain(row).reduce((sum, each) => sum + each, base)).toBeCloseTo(marginOf(fitted.model, row), 10);
  });
});

function place({ features, thresholds }: Table, row: readonly number[]): number {
  const [first, second] = features.map((name, side) => cellOf(row[model.features.indexOf(name)]!, thresholds[side]!));
  return second === undefined ? first! : first! * cellCount(thresholds[1]!) + second;
}
