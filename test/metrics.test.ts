import { describe, expect, test } from "vitest";
import { calibrationLine } from "../src/training/calibration-slope.ts";
import { atCount, atShare, auc, averagePrecision, brier, expectedCalibrationError, logLoss } from "../src/training/metrics.ts";
import type { Predictions } from "../src/training/predictions.ts";
import golden from "./goldens/metrics.json" with { type: "json" };
import { rows } from "./support/predictions.ts";

describe("by hand", () => {
  // By falling score: 1 | 0 1 tied | 0
  const four = rows([1, 0.9], [0, 0.6], [1, 0.6], [0, 0.1]);

  test("AUC counts pairs, ties half: 3.5 of 4", () => {
    expect(auc(four)).toBe(3.5 / 4);
  });

  test("average precision sums rises of recall times precision: 1/2 x 1 + 1/2 x 2/3", () => {
    expect(averagePrecision(four)).toBeCloseTo(0.5 + 0.5 * (2 / 3), 15);
  });

  test("the second of two places goes to either of the tied rows: 1 + 1/2 hits expected", () => {
    expect(atCount(four, 2)).toEqual({ k: 2, precision: 1.5 / 2, recall: 1.5 / 2, lift: 1.5 / 2 / 0.5 });
    expect(atCount(four, 1)).toEqual({ k: 1, precision: 1, recall: 0.5, lift: 2 });
    expect(atCount(four, 9)).toEqual({ k: 4, precision: 0.5, recall: 1, lift: 1 });
  });

  test("a share is rounded to places, at least one", () => {
    expect([0.01, 0.3, 0.37, 0.38, 0.63, 1].map((share) => atShare(four, share).k)).toEqual([1, 1, 1, 2, 3, 4]);
    expect(() => atShare(four, 0)).toThrow("a share of 0");
  });

  test("Brier and log loss: (0.1² + 0.6² + 0.4² + 0.1²) / 4", () => {
    expect(brier(four)).toBeCloseTo((0.01 + 0.36 + 0.16 + 0.01) / 4, 15);
    expect(logLoss(four)).toBeCloseTo(-(Math.log(0.9) + Math.log(0.4) + Math.log(0.6) + Math.log(0.9)) / 4, 15);
    expect(logLoss(rows([1, 0], [0, 0]))).toBeCloseTo(-Math.log(1e-15) / 2, 9);
  });

  test("calibration error: ten bins of one row each are ten distances; one probability is one bin", () => {
    const ten = rows(...Array.from({ length: 10 }, (_, row): [0 | 1, number] => [row >= 5 ? 1 : 0, row / 10]));
    expect(expectedCalibrationError(ten)).toBeCloseTo((0 + 0.1 + 0.2 + 0.3 + 0.4 + 0.5 + 0.4 + 0.3 + 0.2 + 0.1) / 10, 15);
    expect(expectedCalibrationError(rows([1, 0.3], [0, 0.3], [0, 0.3]))).toBeCloseTo(1 / 3 - 0.3, 15);
  });

  test("calibration error: tied rows that straddle a bin's edge are divided in proportion", () => {
    // Bins of 0.4 rows: seven hold 0.5 alone (2.8 rows off by 0.5), the eighth half of each (0.2 x 0.5 - 0.2 x 0.1), two hold 0.9 alone
    const straddling = rows([0, 0.5], [0, 0.5], [0, 0.5], [1, 0.9]);
    expect(expectedCalibrationError(straddling)).toBeCloseTo((2.8 * 0.5 + (0.2 * 0.5 - 0.2 * 0.1) + 0.8 * 0.1) / 4, 14);
  });

  test("what was doubled on the log-odds scale has slope one half, what was shifted by one has intercept minus one", () => {
    const odds = [-2, -1, 0, 1, 2];
    // 1000 rows at each log-odds x, of which a share sigmoid(x) has the event
    const honest = (told: (x: number) => number): Predictions =>
      rows(
        ...odds.flatMap((x): [0 | 1, number, number][] => {
          const [score, share] = [1 / (1 + Math.exp(-told(x))), 1 / (1 + Math.exp(-x))];
          return [
            [1, score, 1000 * share],
            [0, score, 1000 * (1 - share)],
          ];
        }),
      );
    const line = (told: (x: number) => number) => calibrationLine(honest(told))!;
    expect(line((x) => x).slope).toBeCloseTo(1, 9);
    expect(line((x) => 2 * x).slope).toBeCloseTo(0.5, 9);
    expect(line((x) => x + 1).intercept).toBeCloseTo(-1, 9);
    expect(line((x) => x + 1).slope).toBeCloseTo(1, 9);
  });

  test("where a metric has no value it is null, not a number", () => {
    expect(auc(rows([1, 0.2], [1, 0.3]))).toBeNull();
    expect(averagePrecision(rows([0, 0.2]))).toBeNull();
    expect(atCount(rows([0, 0.2], [0, 0.1]), 1)).toEqual({ k: 1, precision: 0, recall: null, lift: null });
    expect(calibrationLine(rows([0, 0.1], [1, 0.9]))).toBeNull();
    expect(calibrationLine(rows([0, 0.4], [1, 0.4]))).toBeNull();
  });

  test("a NaN score is an error, not a place", () => {
    expect(() => auc(rows([1, 0.1], [0, Number.NaN]))).toThrow("row 2 is NaN");
  });
});

test("scikit-learn says the same of the same predictions", () => {
  const predictions: Predictions = {
    label: Uint8Array.from(golden.label),
    score: Float64Array.from(golden.score),
    weight: Float64Array.from(golden.weight),
  };
  expect(golden.label.length).toBeGreaterThan(200);
  expect(auc(predictions)).toBeCloseTo(golden.auc, 12);
  expect(averagePrecision(predictions)).toBeCloseTo(golden.average_precision, 12);
  expect(brier(predictions)).toBeCloseTo(golden.brier, 12);
  expect(logLoss(predictions)).toBeCloseTo(golden.log_loss, 12);
  const line = calibrationLine(predictions);
  expect(line?.slope).toBeCloseTo(golden.calibration_slope, 5);
  expect(line?.intercept).toBeCloseTo(golden.calibration_intercept, 5);
});
