import { expect, test } from "vitest";
import { readMetadata } from "../src/scoring/onnx-graph.ts";
import { differingTrees, writeTreesOnnx } from "../src/scoring/onnx-trees.ts";
import { fitBoosted } from "../src/training/boosting/boost.ts";
import { edgeValues } from "../src/training/boosting/edge-values.ts";
import { type BoostedModel, marginOf, probabilityOf } from "../src/training/boosting/tree.ts";
import { sigmoid } from "../src/training/sigmoid.ts";
import { edgeRows, runOnnx } from "./support/boosted-rows.ts";
import { families } from "./support/boosting.ts";

const about = { name: "test", label: "y", horizon_months: 6 };
const boosted = async (options: object): Promise<BoostedModel> => (await fitBoosted(families(1, 3000), options)).model;
const [shallow, deep] = [await boosted({ rounds: 60 }), await boosted({ rounds: 40, depth: null, leaves: 31, minSamplesLeaf: 2 })];

test.each([
  ["depth 2", shallow],
  ["31 leaves", deep],
])("the file says what the trees say, at thresholds, one ulp beside them, of the unknown and of infinities: %s", async (_, model) => {
  const rows = edgeRows(model, 20_000);
  const { margin, probability } = await runOnnx(writeTreesOnnx({ model, calibration: null }, about), rows);
  expect(rows.flat().filter(Number.isNaN).length).toBeGreaterThan(100);
  expect(rows.flat().filter((value) => value === Infinity).length).toBeGreaterThan(100);
  let [most, mostOfProbability] = [0, 0];
  rows.forEach((row, at) => {
    most = Math.max(most, Math.abs(margin![at]! - marginOf(model, row)));
    mostOfProbability = Math.max(mostOfProbability, Math.abs(probability![at]! - probabilityOf(model, row)));
  });
  expect(most).toBeLessThan(1e-9);
  expect(mostOfProbability).toBeLessThan(1e-9);
});

test("edges are values at which a tree turns: it stands otherwise one ulp above them", () => {
  const edges = edgeValues(shallow);
  expect(edges[1]!.length).toBeGreaterThan(20);
  const income = shallow.features.indexOf("income");
  const thresholds = shallow.trees.flatMap(({ feature, threshold }) => [...threshold].filter((_, node) => feature[node] === income));
  for (const threshold of thresholds) expect([...edges[income]!]).toContain(threshold);
  expect(edges[income]!.every((value, at, all) => at === 0 || Number.isNaN(value) || value > all[at - 1]!)).toBe(true);
});

test("a split of the known from the unknown keeps infinities on the known side", async () => {
  const tree = { ...shallow.trees[0]!, feature: Int32Array.of(0, -1, -1), threshold: Float64Array.of(Infinity, 0, 0) };
  const ends = { left: Int32Array.of(1, -1, -1), right: Int32Array.of(2, -1, -1), value: Float64Array.of(0, 2, 5) };
  const model: BoostedModel = {
    features: ["x"],
    directions: ["free"],
    base: 1,
    trees: [{ ...tree, ...ends, isMissingLeft: new Uint8Array(3) }],
  };
  const { margin } = await runOnnx(writeTreesOnnx({ model, calibration: null }, about), [[0], [Infinity], [-Infinity], [Number.NaN]]);
  expect([...margin!]).toEqual([3, 3, 3, 6]);
});

test("the calibration line is in the file", async () => {
  const calibration = { slope: 0.8, intercept: -0.3 };
  const rows = edgeRows(shallow, 500);
  const { margin, probability } = await runOnnx(writeTreesOnnx({ model: shallow, calibration }, about), rows);
  rows.forEach((row, at) => {
    const expected = 0.8 * marginOf(shallow, row) - 0.3;
    expect(margin![at]).toBeCloseTo(expected, 12);
    expect(probability![at]).toBeCloseTo(sigmoid(expected), 12);
  });
});

test("a model without trees, and a tree of one leaf, are their constants", async () => {
  const leaf = { ...shallow.trees[0]!, feature: Int32Array.of(-1), value: Float64Array.of(0.25) };
  const constant = (trees: BoostedModel["trees"]) => ({ ...shallow, base: 1, trees });
  for (const [model, expected] of [
    [constant([]), 1],
    [constant([leaf, leaf]), 1.5],
  ] as const) {
    const { margin } = await runOnnx(writeTreesOnnx({ model, calibration: null }, about), edgeRows(shallow, 3));
    expect([...margin!]).toEqual([expected, expected, expected]);
  }
});

test("the file names its model, label and features in order; what differs from it is named", () => {
  const trees = { model: shallow, calibration: null };
  const bytes = writeTreesOnnx(trees, about);
  expect(readMetadata(bytes)).toEqual({ ...about, features: shallow.features });
  expect(Buffer.from(writeTreesOnnx(trees, about)).equals(bytes)).toBe(true);
  expect(differingTrees(bytes, trees)).toEqual([]);
  const changed = (of: "value" | "threshold" | "isMissingLeft", node: number) => {
    const trees = shallow.trees.map((tree, at) =>
      at === 7 ? { ...tree, [of]: tree[of].map((each, place) => (place === node ? 1 - each : each)) } : tree,
    );
    return { model: { ...shallow, trees }, calibration: null };
  };
  const leaf = shallow.trees[7]!.feature.indexOf(-1);
  expect(differingTrees(bytes, changed("value", leaf))).toEqual(["leaf_weights"]);
  expect(differingTrees(bytes, changed("threshold", 0))).toEqual(["nodes_splits"]);
  expect(differingTrees(bytes, changed("isMissingLeft", 0))).toEqual(["nodes_missing_value_tracks_true"]);
  expect(differingTrees(bytes, { ...trees, model: { ...shallow, base: 0 } })).toEqual(["base"]);
  expect(differingTrees(bytes, { ...trees, calibration: { slope: 1, intercept: 0 } })).toEqual(["slope", "intercept", "operators"]);
});
