import { z } from "zod";
import type { CalibrationLine } from "../training/calibration-slope.ts";
import { atCount, auc } from "../training/metrics.ts";
import type { Predictions } from "../training/predictions.ts";
import { sigmoid } from "../training/sigmoid.ts";

/** An expected value, and where it lies in 95 of 100 draws of the labels. */
const Estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof Estimate>;

/** What a ranking is expected to be worth while nobody knows yet to whom the event came. */
export const Expected = z.strictObject({
  rows: z.int(),
  base_rate: Estimate,
  precision_at_5: Estimate,
  /** Null where every row is certain. */
  auc: Estimate.nullable(),
  /** The first `places` rows, as many as the lists have places: how many of them, and of the others, the event is expected to come to. */
  at_capacity: z.strictObject({
    places: z.int(),
    precision: Estimate,
    true_positives: z.number(),
    false_positives: z.number(),
    false_negatives: z.number(),
    true_negatives: z.number(),
  }),
});
export type Expected = z.infer<typeof Expected>;

const halfWidth = 1.959964;
const clip = 1e-15;

/**
 * Confidence-based estimate of performance (CBPE, as in NannyML): each row counts as an event by its probability and as none by the rest. It is
 * right as far as the probabilities are calibrated; `line` is how far off they were when the model was measured, and is taken out first.
 * Intervals are those of the labels' chance: p (1 - p) a row (normal), Hanley and McNeil (1982) for the AUC. Null without rows.
 */
export function expectedPerformance(score: Float64Array, line: CalibrationLine | null, places: number): Expected | null {
  const rows = score.length;
  if (rows === 0) return null;
  const sorted = Float64Array.from(score).sort().reverse();
  const chance = line === null ? sorted : sorted.map((p) => onLine(p, line));
  const spread = chance.map((p) => p * (1 - p));
  const events = sum(chance);
  const meanOfFirst = (values: Float64Array, count: number) => atCount(asRows(sorted, values), count).precision;
  const precisionOf = (count: number) => {
    const value = meanOfFirst(chance, count);
    return estimate(value, Math.sqrt(meanOfFirst(spread, count) / count));
  };
  const taken = Math.min(Math.max(1, places), rows);
  const precision = precisionOf(taken);
  const hits = precision.value * taken;
  return {
    rows,
    base_rate: estimate(events / rows, Math.sqrt(sum(spread)) / rows),
    precision_at_5: precisionOf(Math.max(1, Math.round(0.05 * rows))),
    auc: expectedAuc(sorted, chance, events),
    at_capacity: {
      places: taken,
      precision,
      true_positives: hits,
      false_positives: taken - hits,
      false_negatives: events - hits,
      true_negatives: rows - taken - events + hits,
    },
  };
}

function onLine(p: number, { slope, intercept }: CalibrationLine): number {
  const kept = Math.min(1 - clip, Math.max(clip, p));
  return sigmoid(intercept + slope * Math.log(kept / (1 - kept)));
}

/** Each row once with the event and once without, weighted by how likely that is. */
function asRows(sorted: Float64Array, chance: Float64Array): Predictions {
  const rows = sorted.length;
  return {
    score: Float64Array.from({ length: 2 * rows }, (_, place) => sorted[place % rows]!),
    label: Uint8Array.from({ length: 2 * rows }, (_, place) => (place < rows ? 1 : 0)),
    weight: Float64Array.from({ length: 2 * rows }, (_, place) => (place < rows ? chance[place]! : 1 - chance[place - rows]!)),
    order: Uint32Array.from({ length: 2 * rows }, (_, place) => (place >> 1) + (place % 2) * rows),
  };
}

function expectedAuc(sorted: Float64Array, chance: Float64Array, events: number): Estimate | null {
  const value = auc(asRows(sorted, chance));
  if (value === null) return null;
  const others = sorted.length - events;
  const [both, either] = [value / (2 - value), (2 * value ** 2) / (1 + value)];
  const variance = (value * (1 - value) + (events - 1) * (both - value ** 2) + (others - 1) * (either - value ** 2)) / (events * others);
  return estimate(value, Math.sqrt(Math.max(0, variance)));
}

function estimate(value: number, deviation: number): Estimate {
  return { value, low: Math.max(0, value - halfWidth * deviation), high: Math.min(1, value + halfWidth * deviation) };
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
