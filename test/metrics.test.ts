import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrap } from "../src/training/bootstrap.ts";
import { calibrationLine } from "../src/training/calibration-slope.ts";
import { atCount, atShare, auc, averagePrecision, brier, expectedCalibrationError, logLoss } from "../src/training/metrics.ts";
import type { Predictions } from "../src/training/predictions.ts";
import { measureQuality, metricsOf, rankingMetrics } from "../src/training/quality.ts";
import golden from "./goldens/metrics.json" with { type: "json" };

function rows(...pairs: [label: 0 | 1, score: number, weight?: number][]): Predictions {
  const weight = pairs.some((pair) => pair[2] !== undefined) ? Float64Array.from(pairs, (pair) => pair[2] ?? 1) : undefined;
  return { label: Uint8Array.from(pairs, (pair) => pair[0]), score: Float64Array.from(pairs, (pair) => pair[1]), weight };
}

/** Rows with many ties and whole weights, in which both outcomes occur. */
const anyRows = fc
  .array(fc.tuple(fc.constantFrom<0 | 1>(0, 1), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 2,
    maxLength: 40,
  })
  .filter((list) => list.some(([label]) => label === 1) && list.some(([label]) => label === 0))
  .map((list) => rows(...list.map(([label, eighths, weight]): [0 | 1, number, number] => [label, eighths / 8, weight])));

/** Each row as often as its weight says, without weights. */
function copies({ label, score, weight }: Predictions): Predictions {
  const list: [0 | 1, number][] = [];
  label.forEach((event, row) => {
    for (let copy = 0; copy < (weight?.[row] ?? 1); copy++) list.push([event as 0 | 1, score[row]!]);
  });
  return rows(...list);
}

function withoutWeights({ label, score }: Predictions): [event: number, score: number][] {
  return Array.from(label, (event, row) => [event, score[row]!]);
}

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

describe("beside a naive loop", () => {
  test("AUC is the share of pairs in the right order", () => {
    fc.assert(
      fc.property(anyRows, (predictions) => {
        const pairs = withoutWeights(copies(predictions));
        let [wins, all] = [0, 0];
        for (const [a, high] of pairs)
          for (const [b, low] of pairs)
            if (a === 1 && b === 0) {
              all += 1;
              wins += high > low ? 1 : high === low ? 0.5 : 0;
            }
        expect(auc(predictions)).toBeCloseTo(wins / all, 12);
      }),
    );
  });

  test("average precision is the mean, over events, of precision among rows at least as high", () => {
    fc.assert(
      fc.property(anyRows, (predictions) => {
        const pairs = withoutWeights(copies(predictions));
        const precisions = pairs
          .filter(([event]) => event === 1)
          .map(([, score]) => {
            const above = pairs.filter(([, other]) => other >= score);
            return above.filter(([event]) => event === 1).length / above.length;
          });
        const mean = precisions.reduce((sum, each) => sum + each, 0) / precisions.length;
        expect(averagePrecision(predictions)).toBeCloseTo(mean, 12);
      }),
    );
  });

  test("hits in k places are the sum over rows of event x chance of a place", () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 30 }), (predictions, count) => {
        const pairs = withoutWeights(copies(predictions));
        const k = Math.min(count, pairs.length);
        const hits = pairs.reduce((sum, [event, score]) => {
          const above = pairs.filter(([, other]) => other > score).length;
          const tied = pairs.filter(([, other]) => other === score).length;
          return sum + event * Math.min(1, Math.max(0, (k - above) / tied));
        }, 0);
        expect(atCount(predictions, count).precision).toBeCloseTo(hits / k, 12);
      }),
    );
  });

  test("calibration error of distinct scores is that of ten equal slices of the sorted rows", () => {
    const distinct = fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.constantFrom<0 | 1>(0, 1)), (scores, labels) => {
        const sorted = scores.slice(0, scores.length - (scores.length % 10)).sort((a, b) => a - b);
        const pairs = sorted.map((score): [0 | 1, number] => [labels.next().value, score / 10000]);
        const size = pairs.length / 10;
        let error = 0;
        for (let bin = 0; bin < 10; bin++) {
          const part = pairs.slice(bin * size, (bin + 1) * size);
          error += Math.abs(part.reduce((sum, [label, score]) => sum + score - label, 0)) / pairs.length;
        }
        expect(expectedCalibrationError(rows(...pairs))).toBeCloseTo(error, 12);
      }),
    );
  });

  test("the calibration line leaves no derivative of the log loss", () => {
    fc.assert(
      fc.property(anyRows, (predictions) => {
        const line = calibrationLine(predictions);
        if (line === null) return;
        let [byIntercept, bySlope] = [0, 0];
        for (const [event, score] of withoutWeights(copies(predictions))) {
          const kept = Math.min(1 - 1e-15, Math.max(1e-15, score));
          const logit = Math.log(kept / (1 - kept));
          const residual = 1 / (1 + Math.exp(-line.intercept - line.slope * logit)) - event;
          byIntercept += residual;
          bySlope += residual * logit;
        }
        expect(Math.abs(byIntercept) + Math.abs(bySlope)).toBeLessThan(1e-4);
      }),
    );
  });
});

describe("laws", () => {
  test("a weight of k counts as k copies, in every metric", () => {
    fc.assert(
      fc.property(anyRows, (predictions) => {
        const [weighted, copied] = [metricsOf(predictions), metricsOf(copies(predictions))];
        for (const name of Object.keys(weighted) as (keyof typeof weighted)[]) {
          if (weighted[name] === null) expect(copied[name]).toBeNull();
          else expect(weighted[name]).toBeCloseTo(copied[name]!, name.startsWith("calibration") ? 4 : 10);
        }
      }),
    );
  });

  test("the order of rows changes nothing that a reader sees", () => {
    fc.assert(
      fc.property(anyRows, (predictions) => {
        const turned = {
          label: predictions.label.slice().reverse(),
          score: predictions.score.slice().reverse(),
          weight: predictions.weight?.slice().reverse(),
        };
        const [one, other] = [metricsOf(predictions), metricsOf(turned)];
        for (const name of Object.keys(one) as (keyof typeof one)[])
          expect(other[name] ?? -1).toBeCloseTo(one[name] ?? -1, name.startsWith("calibration") ? 4 : 10);
      }),
    );
  });

  test("a rising change of the scores changes no ranking metric", () => {
    fc.assert(
      fc.property(anyRows, (predictions) => {
        expect(rankingMetrics({ ...predictions, score: predictions.score.map((score) => Math.exp(3 * score)) })).toEqual(
          rankingMetrics(predictions),
        );
      }),
    );
  });
});

describe("bootstrap", () => {
  // 400 rows, scores 0..0.99 four times, events more often at the top
  const many = rows(
    ...Array.from({ length: 400 }, (_, row): [0 | 1, number] => [row % 100 > 40 + ((row * 37) % 50) ? 1 : 0, (row % 100) / 100]),
  );
  const measure = (predictions: Predictions) => ({ auc: auc(predictions), rate: atShare(predictions, 1).precision });

  test("the same seed gives the same interval, another seed another, and the interval holds the value", () => {
    const interval = bootstrap(many, measure, { seed: 1 });
    expect(bootstrap(many, measure, { seed: 1 })).toEqual(interval);
    expect(bootstrap(many, measure, { seed: 2 })).not.toEqual(interval);
    expect(interval.auc?.[0]).toBeLessThan(auc(many)!);
    expect(interval.auc?.[1]).toBeGreaterThan(auc(many)!);
  });

  test("the interval of a rate is as wide as theory says: 2 x 1.96 x sqrt(p (1 - p) / n), within a tenth", () => {
    const [low, high] = bootstrap(many, measure, { replicates: 4000 }).rate!;
    const p = many.label.reduce((sum, event) => sum + event, 0) / 400;
    expect((high - low) / (2 * 1.96 * Math.sqrt((p * (1 - p)) / 400))).toBeGreaterThan(0.9);
    expect((high - low) / (2 * 1.96 * Math.sqrt((p * (1 - p)) / 400))).toBeLessThan(1.1);
  });

  test("rows of one group are drawn together: copies of each row in one group leave the interval as wide as without them", () => {
    const twice = rows(...[0, 1, 2, 3].flatMap(() => withoutWeights(many) as [0 | 1, number][]));
    const group = Array.from({ length: 1600 }, (_, row) => row % 400);
    const width = (interval: readonly [number, number] | null) => interval![1] - interval![0];
    const alone = width(bootstrap(many, measure, { replicates: 1000 }).rate);
    expect(width(bootstrap(twice, measure, { replicates: 1000, group }).rate) / alone).toBeCloseTo(1, 0.9);
    expect(width(bootstrap(twice, measure, { replicates: 1000 }).rate) / alone).toBeLessThan(0.6);
  });

  test("quality tells on how many rows it stands", () => {
    const quality = measureQuality(many, metricsOf, { replicates: 20 });
    expect(quality).toMatchObject({ n: 400, positives: many.label.reduce((sum, event) => sum + event, 0) });
    expect(Object.keys(quality.intervals)).toEqual(Object.keys(quality.metrics));
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
