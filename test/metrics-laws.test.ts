import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calibrationLine } from "../src/training/calibration-slope.ts";
import { atCount, auc, averagePrecision, expectedCalibrationError } from "../src/training/metrics.ts";
import { metricsOf, rankingMetrics } from "../src/training/quality.ts";
import { anyRows, copies, rows, withoutWeights } from "./support/predictions.ts";

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
