import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  calibrate,
  calibratedLogistic,
  calibrateIfNeeded,
  fitCalibration,
  reliability,
  reliabilityBy,
} from "../src/training/calibration.ts";
import { fitIsotonic, isotonicAt } from "../src/training/isotonic.ts";
import { marginOf } from "../src/training/logistic-model.ts";
import { auc } from "../src/training/metrics.ts";
import type { Predictions } from "../src/training/predictions.ts";
import { seededRandom } from "../src/training/random.ts";
import { sigmoid } from "../src/training/sigmoid.ts";
import golden from "./goldens/isotonic.json" with { type: "json" };
import { smallModel } from "./support/models.ts";
import { anyRows, rows } from "./support/predictions.ts";

/** Events drawn by log-odds; the score says slope x log-odds + intercept. */
function said(seed: number, count: number, { slope = 1, intercept = 0 } = {}): Predictions {
  const random = seededRandom(seed);
  const logOdds = Float64Array.from({ length: count }, () => 8 * random() - 5);
  return {
    label: Uint8Array.from(logOdds, (each) => (random() < sigmoid(each) ? 1 : 0)),
    score: logOdds.map((each) => sigmoid(slope * each + intercept)),
  };
}

describe("isotonic", () => {
  test("by hand: 0, 1 pooled with 0 into 1/2, 1", () => {
    const map = fitIsotonic(rows([0, 0.1], [1, 0.2], [0, 0.4], [1, 0.8]));
    expect(map).toEqual({ score: [0.1, 0.2, 0.4, 0.8], value: [0, 0.5, 0.5, 1] });
    expect([0, 0.15, 0.3, 0.6, 0.9].map((score) => isotonicAt(map, score))).toEqual([
      0,
      expect.closeTo(0.25, 15),
      0.5,
      expect.closeTo(0.75, 15),
      1,
    ]);
  });

  test.each(golden.cases.map((each, at) => [at, each] as const))("scikit-learn's, between and beyond the points, case %i", (_, each) => {
    const weight = each.weight === null ? undefined : Float64Array.from(each.weight);
    const map = fitIsotonic({ label: Uint8Array.from(each.label), score: Float64Array.from(each.score), weight });
    each.asked.forEach((score, at) => {
      expect(isotonicAt(map, score)).toBeCloseTo(each.calibrated[at]!, 12);
    });
  });

  test("laws: it rises, done twice it is the same, the mean is the base rate", () => {
    fc.assert(
      fc.property(anyRows, (given) => {
        const map = fitIsotonic(given);
        for (let at = 1; at < map.score.length; at++) {
          expect(map.score[at]).toBeGreaterThan(map.score[at - 1]!);
          expect(map.value[at]).toBeGreaterThanOrEqual(map.value[at - 1]!);
        }
        const once = given.score.map((score) => isotonicAt(map, score));
        const again = fitIsotonic({ ...given, score: once });
        once.forEach((value) => {
          expect(isotonicAt(again, value)).toBeCloseTo(value, 12);
        });
        const mean = (values: ArrayLike<number>) =>
          Array.from(values).reduce((sum, value, row) => sum + value * (given.weight?.[row] ?? 1), 0);
        expect(mean(once)).toBeCloseTo(mean(given.label), 9);
      }),
    );
  });
});

describe("calibrated if needed", () => {
  test("probabilities whose slope is within 0.9 to 1.1 are left alone, whatever their level", () => {
    expect(calibrateIfNeeded(said(1, 40_000))).toBeNull();
    // 1.05 is inside, 1.2 and 0.8 are outside
    expect(calibrateIfNeeded(said(2, 40_000, { slope: 1 / 1.05 }))).toBeNull();
    expect(calibrateIfNeeded(said(2, 40_000, { slope: 1 / 1.2 }))).not.toBeNull();
    expect(calibrateIfNeeded(said(2, 40_000, { slope: 1 / 0.8 }))).not.toBeNull();
  });

  test.each(["platt", "isotonic"] as const)("too extreme probabilities are mended on rows the line had not seen: %s", (kind) => {
    const given = said(3, 20_000, { slope: 2, intercept: 0.5 });
    const { calibration, before, after } = calibrateIfNeeded(given, { kind })!;
    expect(before.slope).toBeCloseTo(0.5, 1);
    expect(before.ece).toBeGreaterThan(0.05);
    expect(after.slope).toBeGreaterThan(0.9);
    expect(after.slope).toBeLessThan(1.1);
    expect(after.ece).toBeLessThan(0.02);
    const calibrated = { label: given.label, score: given.score.map((score) => calibrate(calibration, score)) };
    expect(Math.abs(auc(calibrated)! - auc(given)!)).toBeLessThan(kind === "platt" ? 1e-12 : 0.005);
  });

  test("the line undoes what was done: score = 2 x log-odds + 0.5 goes back through 0.5 x and -0.25", () => {
    const calibration = fitCalibration(said(4, 100_000, { slope: 2, intercept: 0.5 }), "platt");
    expect(calibration).toMatchObject({ kind: "platt", slope: expect.closeTo(0.5, 1.5), intercept: expect.closeTo(-0.25, 1.5) });
  });

  test("what the line is worth is not measured on its own rows: a line through noise does not look good", () => {
    const random = seededRandom(8);
    const score = Float64Array.from({ length: 60 }, random);
    const label = Uint8Array.from(score, () => (random() < 0.4 ? 1 : 0));
    const map = fitCalibration({ label, score }, "isotonic");
    const own = { label, score: score.map((each) => calibrate(map, each)) };
    expect(auc(own)!).toBeGreaterThan(0.55);
    expect(calibrateIfNeeded({ label, score }, { kind: "isotonic" })!.after.ece).toBeGreaterThan(0.1);
  });

  test("a model that ranks backwards is not calibrated but refused", () => {
    const given = said(5, 2000);
    expect(() => calibrateIfNeeded({ ...given, score: given.score.map((score) => 1 - score) })).toThrow("ranks these rows backwards");
    expect(() => fitCalibration(rows([0, 0.1], [1, 0.9]), "platt")).toThrow("no line fits these rows");
  });

  test("a logistic regression with the line taken in says the line of its log-odds", () => {
    const calibrated = calibratedLogistic(smallModel, { slope: 0.8, intercept: -0.3 });
    for (const row of [
      [1, 50_000],
      [4, Number.NaN],
    ])
      expect(marginOf(calibrated, row)).toBeCloseTo(0.8 * marginOf(smallModel, row) - 0.3, 12);
  });
});

describe("reliability", () => {
  test("bins of equal count, ties together; Wilson's interval of 1 of 4 is 0.046 to 0.699", () => {
    const given = rows([0, 0.1], [0, 0.1], [0, 0.2], [1, 0.2], [1, 0.8], [0, 0.9], [1, 0.9], [1, 0.9]);
    const found = reliability(given, 2);
    expect(found).toMatchObject([
      { n: 4, predicted: expect.closeTo(0.15, 15), observed: 0.25 },
      { n: 4, predicted: expect.closeTo(0.875, 15), observed: 0.75 },
    ]);
    expect(found[0]!.interval[0]).toBeCloseTo(0.0456, 4);
    expect(found[0]!.interval[1]).toBeCloseTo(0.6994, 4);
  });

  test("rows of one probability stay together, in the bin that holds their middle", () => {
    const given = rows([0, 0.1], ...Array.from({ length: 7 }, (): [0 | 1, number] => [1, 0.9]));
    expect(reliability(given, 2).map(({ n }) => n)).toEqual([1, 7]);
  });

  test("by region: 30 rows are enough, 29 are not, unknown regions are left out", () => {
    const given = said(6, 1000);
    const region = Array.from({ length: 1000 }, (_, row) => (row < 29 ? "small" : row < 59 ? "least" : row < 100 ? null : "large"));
    const found = reliabilityBy(given, region);
    expect(Object.entries(found).map(([name, bins]) => [name, bins.length])).toEqual([
      ["large", 10],
      ["least", 1],
    ]);
    expect(found["large"]!.reduce((sum, { n }) => sum + n, 0)).toBe(900);
    expect(found["large"]!.filter(({ predicted, interval: [low, high] }) => predicted < low || predicted > high).length).toBeLessThan(3);
  });
});
