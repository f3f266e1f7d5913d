import { describe, expect, test } from "vitest";
import { bootstrap } from "../src/training/bootstrap.ts";
import { atShare, auc } from "../src/training/metrics.ts";
import type { Predictions } from "../src/training/predictions.ts";
import { measureQuality, metricsOf } from "../src/training/quality.ts";
import { rows, withoutWeights } from "./support/predictions.ts";

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
