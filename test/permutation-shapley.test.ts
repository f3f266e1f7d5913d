import { expect, test } from "vitest";
import { type Cell, pairsFor, shapleyEstimator } from "../src/scoring/permutation-shapley.ts";
import { seededRandom } from "../src/training/random.ts";
import { exactly, type Formula } from "./support/exact-shapley.ts";

const n = (cell: Cell | undefined) => (Number.isNaN(cell) ? -1 : Number(cell));
/** Products of two and of three, a step, a word, and an unknown value that counts as -1. */
const tangled: Formula = ([a, b, c, d]) =>
  3 * n(a) * n(b) * n(c) + n(a) * n(b) + (n(c) > 0.5 ? 2 * n(a) : -1) + (d === "town" ? 0.7 * n(c) : 0);
const additive: Formula = ([a, b, c]) => 2 * n(a) - n(b) + n(c);
const random = seededRandom(5);
const someRow = (): Cell[] => [random() < 0.2 ? Number.NaN : random(), random(), random(), random() < 0.5 ? "town" : null];
const background = Array.from({ length: 32 }, someRow);
const asked: number[] = [];
const marginsOf = (formula: Formula) => async (rows: readonly (readonly Cell[])[]) => {
  asked.push(rows.length);
  return Float64Array.from(rows, formula);
};

test("estimates of interacting features lie within four standard errors of exact values, and add up to score minus base", async () => {
  const estimate = await shapleyEstimator(background, marginsOf(tangled));
  let compared = 0;
  let [off, expected] = [0, 0];
  for (let household = 0; household < 25; household++) {
    const row = someRow();
    const exact = exactly(tangled, row, background);
    const { base, margin, contributions, standardErrors } = await estimate(row, household);
    expect(margin).toBe(tangled(row));
    expect(base).toBeCloseTo(background.reduce((sum, each) => sum + tangled(each), 0) / 32, 12);
    expect(contributions.reduce((sum, part) => sum + part, base)).toBeCloseTo(margin, 12);
    contributions.forEach((part, feature) => {
      const error = standardErrors[feature]!;
      expect(Math.abs(part - exact[feature]!)).toBeLessThanOrEqual(4 * error + 1e-12);
      off += (part - exact[feature]!) ** 2;
      expected += error ** 2;
      compared += 1;
    });
  }
  expect(compared).toBe(100);
  expect(expected).toBeGreaterThan(0);
  // Each background row is walked from equally often, and a permutation's reverse goes with it: the error is smaller than independent pairs would make it, and there is one.
  expect(off).toBeLessThan(expected);
  expect(off).toBeGreaterThan(0);
});

test("a permutation and its reverse share what two features do together evenly: without more together estimates are exact", async () => {
  const pairwise: Formula = ([a, b, c, d]) => n(a) * n(b) + (d === "town" ? n(c) : 0) - n(b) * n(c);
  const estimate = await shapleyEstimator(background, marginsOf(pairwise));
  const row = [0.3, 0.9, 0.6, "town"];
  const { contributions, standardErrors } = await estimate(row, 3);
  exactly(pairwise, row, background).forEach((part, feature) => {
    expect(contributions[feature]).toBeCloseTo(part, 12);
    expect(standardErrors[feature]).toBeGreaterThan(0.001); // the draw of the background is in it
  });
});

test("the standard error is the size of the error: against one background row only the permutations' draw is left", async () => {
  const together: Formula = ([a, b, c]) => n(a) * n(b) * n(c);
  const estimate = await shapleyEstimator([[0, 0, 0]], marginsOf(together));
  let [off, expected] = [0, 0];
  for (let seed = 0; seed < 200; seed++) {
    const { contributions, standardErrors } = await estimate([1, 1, 1], seed);
    // Whoever comes last brings all of the product: 1/3 each.
    contributions.forEach((part, feature) => {
      off += (part - 1 / 3) ** 2;
      expected += standardErrors[feature]! ** 2;
    });
  }
  expect(off / expected).toBeGreaterThan(0.7);
  expect(off / expected).toBeLessThan(1.4);
});

test("where features only add up every order says the same: estimates are exact", async () => {
  const rows = background.map((row) => row.slice(0, 3));
  const estimate = await shapleyEstimator(rows, marginsOf(additive));
  const row = [3, 1, Number.NaN];
  const { contributions } = await estimate(row, 1);
  exactly(additive, row, rows).forEach((part, feature) => {
    expect(contributions[feature]).toBeCloseTo(part, 12);
  });
});

test("the same seed gives the same bits, another seed others", async () => {
  const estimate = await shapleyEstimator(background, marginsOf(tangled));
  const row = [0.9, 0.1, 0.7, "town"];
  expect(await estimate(row, 7)).toEqual(await estimate(row, 7));
  expect((await estimate(row, 7)).contributions).not.toEqual((await estimate(row, 8)).contributions);
});

test("a feature that the household has as all the background has it adds nothing, and costs no row", async () => {
  const rows = background.map(([, b, c]) => [1, b!, c!]);
  const estimate = await shapleyEstimator(rows, marginsOf(additive));
  asked.length = 0;
  const { contributions, standardErrors } = await estimate([1, 0.25, 0.5], 1);
  expect([contributions[0], standardErrors[0]]).toEqual([0, 0]);
  expect(asked).toEqual([1 + 64 * 2]); // 64 pairs x 2 walks x 1 row between two changes
});

test("a household costs the model at most 4,096 rows, while eight pairs stay within it", () => {
  expect([1, 2, 3, 33].map(pairsFor)).toEqual([64, 64, 64, 64]);
  for (const features of [40, 60, 100, 257]) expect(pairsFor(features) * 2 * (features - 1)).toBeLessThanOrEqual(4096);
  expect(pairsFor(257)).toBe(8);
  expect(pairsFor(1000)).toBe(8);
});

test("without a background there is nothing to compare with", async () => {
  await expect(shapleyEstimator([], marginsOf(additive))).rejects.toThrow("background");
});
