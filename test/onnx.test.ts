import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readMetadata } from "../src/scoring/onnx-graph.ts";
import { differingParameters, writeLogisticOnnx } from "../src/scoring/onnx-logistic.ts";
import { batchRows, Scorer } from "../src/scoring/scorer.ts";
import { type LogisticModel, marginOf, probabilityOf } from "../src/training/logistic-model.ts";

const about = { name: "test", label: "y", horizon_months: 6 };
const scorers: Scorer[] = [];
afterAll(() => Promise.all(scorers.map((scorer) => scorer.close())));

function scorerOf(model: LogisticModel, workers = 1): Scorer {
  const scorer = new Scorer(writeLogisticOnnx(model, about), workers);
  scorers.push(scorer);
  return scorer;
}

const model: LogisticModel = {
  base: -2.5,
  terms: [
    { name: "members", transform: "none", mean: 3.5, deviation: 1.5, coefficient: 0.4, missing: null },
    {
      name: "income_lcu",
      transform: "signed_log",
      mean: 11,
      deviation: 2,
      coefficient: -0.9,
      missing: { rate: 0.1, deviation: 0.3, coefficient: 0.2 },
    },
    {
      name: "rent_share",
      transform: "none",
      mean: 0.2,
      deviation: 0.1,
      coefficient: 0.3,
      missing: { rate: 0.5, deviation: 0.5, coefficient: -0.1 },
    },
  ],
};
const names = model.terms.map((term) => term.name);

function columnsOf(rows: readonly (readonly number[])[]): Float64Array[] {
  return names.map((_, feature) => Float64Array.from(rows, (row) => row[feature] as number));
}

test("the file says what the formula says, to 1e-12, for known, unknown and extreme values", async () => {
  const scorer = scorerOf(model);
  const value = fc.oneof(
    fc.double({ noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    fc.constantFrom(Number.NaN, 0, -0, 5e-324, -5e-324, 1e300, -1e300, 1e15),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 50 }), async (rows) => {
      const { margin, probability } = await scorer.score(names, columnsOf(rows), "test");
      rows.forEach((row, index) => {
        const expected = marginOf(model, row);
        expect(Math.abs(margin[index]! - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
        expect(Math.abs(probability[index]! - probabilityOf(model, row))).toBeLessThanOrEqual(1e-12);
      });
    }),
    { numRuns: 200 },
  );
});

test("a row by hand: the file standardises, bends and marks the unknown", async () => {
  const { margin, probability } = await scorerOf(model).score(names, columnsOf([[5, Math.expm1(13), Number.NaN]]), "test");
  // -2.5 + 0.4 * (5 - 3.5) / 1.5 - 0.9 * (13 - 11) / 2 + 0.2 * (0 - 0.1) / 0.3 + 0 - 0.1 * (1 - 0.5) / 0.5
  expect(margin[0]).toBeCloseTo(-2.5 + 0.4 - 0.9 - 0.2 / 3 - 0.1, 9);
  expect(probability[0]).toBeCloseTo(1 / (1 + Math.exp(2.5 - 0.4 + 0.9 + 0.2 / 3 + 0.1)), 12);
});

test("a household of which nothing is known gets the model's answer, not NaN", async () => {
  const { margin } = await scorerOf(model).score(names, columnsOf([[Number.NaN, Number.NaN, Number.NaN]]), "test");
  expect(margin[0]).toBeCloseTo(-2.5 + (0.2 * 0.9) / 0.3 - 0.1, 12);
});

test("an infinite value is refused with place, feature and row", async () => {
  const columns = columnsOf([
    [1, 1, 1],
    [1, Infinity, 1],
  ]);
  await expect(scorerOf(model).score(names, columns, "new.csv")).rejects.toThrow(
    "new.csv, column income_lcu, row 2: Infinity cannot be scored",
  );
});

test("scores have the same bits for one, two and three workers, over batches of which the last is not full", async () => {
  const rows = Array.from({ length: 2 * batchRows + 123 }, (_, row) => [row % 9, row * 1000, row % 7 === 0 ? Number.NaN : (row % 97) / 97]);
  const found = await Promise.all([1, 2, 3].map((workers) => scorerOf(model, workers).score(names, columnsOf(rows), "test")));
  expect(found[0]!.margin).toHaveLength(rows.length);
  for (const row of [0, batchRows - 1, batchRows, 2 * batchRows, rows.length - 1])
    expect(found[0]!.margin[row]).toBeCloseTo(marginOf(model, rows[row]!), 12);
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
});

test("no rows in, no rows out", async () => {
  expect(await scorerOf(model).score(names, columnsOf([]), "test")).toEqual({
    margin: new Float64Array(),
    probability: new Float64Array(),
  });
});

test("the file names its model, label and features in order, and the same model has the same bytes", () => {
  const bytes = writeLogisticOnnx(model, about);
  expect(readMetadata(bytes)).toEqual({ ...about, features: names });
  expect(Buffer.from(writeLogisticOnnx(model, about)).equals(bytes)).toBe(true);
});

test("numbers that differ from the file's are named", () => {
  const bytes = writeLogisticOnnx(model, about);
  expect(differingParameters(bytes, model)).toEqual([]);
  expect(differingParameters(bytes, { ...model, base: -2.4 })).toEqual(["base"]);
  const turned = { ...model, terms: [model.terms[0]!, { ...model.terms[1]!, coefficient: 0.9 }, model.terms[2]!] };
  expect(differingParameters(bytes, turned)).toEqual(["coefficient"]);
});
