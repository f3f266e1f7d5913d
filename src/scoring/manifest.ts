import { z } from "zod";
import { type LogisticModel, transforms } from "../training/logistic-model.ts";
import { directions } from "../training/training-rows.ts";

const Finite = z.number();
const Count = z.int().min(0);
const Metrics = z.record(z.string(), Finite.nullable());

/** One feature of a model: what `LogisticTerm` says, and the way a rise was allowed to move the risk. */
const ManifestFeature = z
  .strictObject({
    name: z.string().min(1),
    transform: z.enum(transforms),
    mean: Finite,
    deviation: Finite.positive(),
    coefficient: Finite,
    missing: z.strictObject({ rate: Finite, deviation: Finite.positive(), coefficient: Finite }).nullable(),
    direction: z.enum(directions),
    /** Known only where a family consents; then its being unknown has no weight: refusing costs nothing. */
    needs_consent: z.boolean().default(false),
  })
  .refine((feature) => !feature.needs_consent || feature.missing === null, "needs consent, so that being unknown may have no weight");

/** The rows a model learned from. */
const TrainingWindow = z.strictObject({
  rows: Count,
  positives: Count,
  /** Weighted share of rows with the event. */
  base_rate: Finite,
  /** First and last time of the rows as the data writes it; null when the data has no time. */
  from: z.string().nullable(),
  until: z.string().nullable(),
  /** What the rows came from: a file and its SHA-256, or the warehouse's snapshot. */
  data: z.union([z.strictObject({ file: z.string(), sha256: z.string() }), z.strictObject({ load_id: z.int(), loads_sha256: z.string() })]),
});

/** What a model was worth on rows that its fit had not seen. */
const MeasuredQuality = z.strictObject({
  /** `later`: rows after the training window; `groups`: whole groups kept aside; `rows`: single rows kept aside. */
  kept_aside: z.enum(["later", "groups", "rows"]),
  from: z.string().nullable(),
  until: z.string().nullable(),
  /** Whether the stored model was fitted again on all rows after it was measured. */
  refitted: z.boolean(),
  n: Count,
  positives: Count,
  base_rate: Finite,
  metrics: Metrics,
  intervals: z.record(z.string(), z.tuple([Finite, Finite]).nullable()),
  /** Other rankings of the same rows, by name. */
  baselines: z.record(z.string(), Metrics),
});

/** How well the features foretell a protected trait: AUC of `value` against the other values, on `n` households kept aside. */
const ProxyStrength = z.strictObject({ value: z.string(), auc: Finite, n: Count });

/** Everything about a model beside its file: read by people, by the score step, and for exact contributions. */
export const ModelManifest = z.strictObject({
  format: z.literal("aldyn-model/1"),
  /** SHA-256 of model.onnx. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1),
  kind: z.literal("logistic"),
  /** What is foretold: the name of the label. */
  label: z.string().min(1),
  horizon_months: z.int().positive().nullable(),
  /** Whether it learned from made-up data. */
  synthetic: z.boolean(),
  /** In the order in which the file takes them. */
  features: z.array(ManifestFeature).min(1),
  /** Log-odds at the training mean. */
  base: Finite,
  l2: Finite,
  training: TrainingWindow,
  /** Null when nothing could be kept aside. */
  quality: MeasuredQuality.nullable(),
  /** By protected trait. Absent where the traits are not known, as in a flat file. */
  proxies: z.record(z.string(), ProxyStrength).optional(),
  code_version: z.string(),
});
export type ModelManifest = z.infer<typeof ModelManifest>;
export type ProxyStrength = z.infer<typeof ProxyStrength>;
export type MeasuredQuality = z.infer<typeof MeasuredQuality>;

/** The formula that a manifest holds. */
export function modelOf(manifest: Pick<ModelManifest, "features" | "base">): LogisticModel {
  return { base: manifest.base, terms: manifest.features };
}
