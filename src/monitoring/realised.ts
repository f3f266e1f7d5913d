import { z } from "zod";
import { atCount } from "../training/metrics.ts";
import { ordered } from "../training/predictions.ts";
import { measureQuality, rankingMetrics } from "../training/quality.ts";
import { type Estimate, Expected } from "./expected.ts";

const Measured = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

/** What a night's ranking turned out to be worth once the labels are known, beside what was expected then. */
export const Realised = z.strictObject({
  as_of: z.string(),
  run_id: z.string(),
  label: z.string(),
  label_known_on: z.string(),
  /** The run after which it was measured. */
  measured_by: z.string(),
  rows: z.int(),
  /** Households of the label's that were scored and of which nothing is known still. */
  unknown: z.int(),
  events: z.int(),
  base_rate: Measured,
  precision_at_5: Measured,
  auc: Measured.nullable(),
  precision_at_capacity: z.number().nullable(),
  expected: Expected.nullable(),
  /** Measures that lie outside the interval in which they were expected: the probabilities are off, or the world has changed. */
  apart: z.array(z.enum(["base_rate", "precision_at_5", "auc"])),
});
export type Realised = z.infer<typeof Realised>;

/** Fewer labels than this share of the scored households say too little; more may come. */
const leastKnown = 0.5;

/** Measures scores by labels (1, 0, NaN = unknown), row by row; null while too few are known. */
export function realisedPerformance(
  score: Float64Array,
  label: Float64Array,
  expected: Expected | null,
): Omit<Realised, "as_of" | "run_id" | "label" | "label_known_on" | "measured_by"> | null {
  const known = Uint32Array.from(label, (_, row) => row).filter((row) => !Number.isNaN(label[row]!));
  if (known.length === 0 || known.length < leastKnown * label.length) return null;
  const predictions = ordered({
    score: Float64Array.from(known, (row) => score[row]!),
    label: Uint8Array.from(known, (row) => label[row]!),
  });
  const { metrics, intervals, positives, n } = measureQuality(predictions, rankingMetrics, { replicates: 100 });
  const rate = positives / n;
  const width = 1.959964 * Math.sqrt((rate * (1 - rate)) / n);
  const found = (name: "precision_at_5" | "auc"): Estimate | null => {
    const [value, interval] = [metrics[name], intervals[name]];
    return value === null ? null : { value, low: interval?.[0] ?? value, high: interval?.[1] ?? value };
  };
  const measures = {
    base_rate: { value: rate, low: Math.max(0, rate - width), high: Math.min(1, rate + width) },
    precision_at_5: found("precision_at_5")!,
    auc: found("auc"),
  };
  return {
    rows: n,
    unknown: label.length - n,
    events: positives,
    ...measures,
    precision_at_capacity: expected === null ? null : atCount(predictions, expected.at_capacity.places).precision,
    expected,
    apart: (["base_rate", "precision_at_5", "auc"] as const).filter((name) => isOutside(measures[name], expected?.[name] ?? null)),
  };
}

function isOutside(found: Estimate | null, expected: Estimate | null): boolean {
  return found !== null && expected !== null && (found.value < expected.low || found.value > expected.high);
}
