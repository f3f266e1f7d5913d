import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { binOf, binThresholds } from "../src/training/boosting/bins.ts";
import { drawFeatures, isDrawn } from "../src/training/boosting/sampling.ts";
import { buildWasm, wasmModules } from "../src/training/build-wasm.js";
import { seededRandom } from "../src/training/random.ts";
import golden from "./goldens/boosting.json" with { type: "json" };

const thresholds = (values: number[], most: number, weights?: number[]) => [
  ...binThresholds(Float64Array.from(values), most, weights && Float64Array.from(weights)),
];

test("values that fit the bins are parted at the midpoints of neighbours, as often as they stand there", () => {
  expect(thresholds([5, 1, 1, 2, 5, 1], 3)).toEqual([1.5, 3.5]);
  expect(thresholds([5, 1, 1, 2, 5, 1], 255)).toEqual([1.5, 3.5]);
  // none stands above 1e300, and no sum overflows
  expect(thresholds([-1.5e308, -1e308, 1e308, 1.5e308], 255)).toEqual([-1.25e308, 0, 1e300]);
});

test("more values than bins are parted at percentiles, each once; by hand", () => {
  // 4 bins of 1..9: places 2, 4 and 6 of 0..8; of 1..8: places 1.75, 3.5 and 5.25 of 0..7, each the middle of two
  expect(thresholds([9, 1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual([3, 5, 7]);
  expect(thresholds([1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual([2.5, 4.5, 6.5]);
  expect(thresholds([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([0, 3]);
});

test("numpy's percentiles part the same", () => {
  const { values, bins, thresholds: wanted } = golden.percentiles;
  expect(new Set(values).size).toBeGreaterThan(255);
  expect(thresholds(values, bins)).toEqual(wanted);
});

test("weighted percentiles are those of as many copies", () => {
  const random = seededRandom(1);
  for (const most of [2, 7, 60]) {
    const values = Array.from({ length: 300 }, () => Math.floor(120 * random()));
    const weights = values.map(() => Math.floor(4 * random()) + 1);
    const copies = values.flatMap((value, row) => Array<number>(weights[row]!).fill(value));
    expect(new Set(values).size).toBeGreaterThan(most);
    expect(thresholds(values, most, weights)).toEqual(thresholds(copies, most));
  }
});

test("a value on a threshold is in the bin below it, the next number in the one above", () => {
  const ends = Float64Array.of(1, 2.5);
  expect([-Infinity, 1, 1.0000000000000002, 2.5, 2.6, Infinity].map((value) => binOf(value, ends))).toEqual([0, 0, 1, 1, 2, 2]);
});

test("draws have the share asked for, and those of trees, seeds and rows have nothing to do with each other", () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => row);
  const shareOf = (is: (row: number) => boolean) => rows.filter(is).length / rows.length;
  // five standard deviations of a share of 20,000 rows: 5 * sqrt(0.3 * 0.7 / 20,000) = 0.016
  expect(Math.abs(shareOf((row) => isDrawn(1, 1, row, 0.3)) - 0.3)).toBeLessThan(0.016);
  for (const [seed, tree] of [
    [1, 2],
    [2, 1],
    [1, 0],
  ] as const)
    expect(Math.abs(shareOf((row) => isDrawn(1, 1, row, 0.3) && isDrawn(seed, tree, row, 0.3)) - 0.09)).toBeLessThan(0.011);
  expect(shareOf((row) => isDrawn(1, row, 1, 0.3) && isDrawn(1, row, 2, 0.3))).toBeLessThan(0.101);
  expect(shareOf((row) => isDrawn(9, 9, row, 1))).toBe(1);
  const counts = Array<number>(10).fill(0);
  for (let tree = 0; tree < 5000; tree++) for (const feature of drawFeatures(3, tree, 10, 0.25)) counts[feature]! += 1;
  // round(0.25 * 10) = 3 of 10 features: 1,500 times each, five standard deviations 162
  for (const count of counts) expect(Math.abs(count - 1500)).toBeLessThan(162);
  expect(drawFeatures(3, 1, 10, 0.01)).toHaveLength(1);
});

test.each(wasmModules())("%s.wasm is what its .wat builds to, byte for byte", async (name) => {
  const kept = readFileSync(projectFile(`src/training/${name}.wasm`));
  expect(kept.length).toBeGreaterThan(500);
  expect(Buffer.from(await buildWasm(name)).equals(kept)).toBe(true);
});
