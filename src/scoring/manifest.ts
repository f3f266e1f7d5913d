import { z } from "zod";
import { type LogisticModel, transforms } from "../training/logistic-model.ts";
import { directions } from "../training/training-rows.ts";
import { Responsible } from "./authority.ts";
import { ExternalPlan } from "./external-plan.ts";

const Finite = z.number();
const Count = z.int().min(0);
const Metrics = z.record(z.string(), Finite.nullable());

/** One feature of a logistic regression: what `LogisticTerm` says, and the way a rise was allowed to move the risk. */
const LogisticFeature = z
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
  /** Whether it serves groups of families alike, as a report on fairness found. Absent where nobody looked. */
  fairness: z.strictObject({ verdict: z.enum(["fair", "unfair", "undecided"]), findings: z.array(z.string()) }).optional(),
});

/** How well the features foretell a protected trait: AUC of `value` against the other values, on `n` households kept aside. */
const ProxyStrength = z.strictObject({ value: z.string(), auc: Finite, n: Count });

const common = {
  format: z.literal("aldyn-model/1"),
  /** SHA-256 of model.onnx. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1),
  /** What is foretold: the name of the label. */
  label: z.string().min(1),
  horizon_months: z.int().positive().nullable(),
  /** Whether it learned from made-up data. */
  synthetic: z.boolean(),
  /** Log-odds that contributions start from: at the training mean. */
  base: Finite,
  training: TrainingWindow,
  /** Null when nothing could be kept aside. */
  quality: MeasuredQuality.nullable(),
  /** By protected trait. Absent where the traits are not known, as in a flat file. */
  proxies: z.record(z.string(), ProxyStrength).optional(),
  /** Who answered for it when it was fitted. Absent where no authority's file stood beside it, as for a flat file. */
  responsible: Responsible.optional(),
  code_version: z.string(),
  /** SHA-256 of reference.json. Absent where nothing was kept of the training rows' distribution. */
  reference_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};

/** A logistic regression: the manifest holds its whole formula. */
const LogisticManifest = z.strictObject({
  ...common,
  kind: z.literal("logistic"),
  /** In the order in which the file takes them. */
  features: z.array(LogisticFeature).min(1),
  l2: Finite,
});

/** One feature of boosted trees. */
const BoostedFeature = z.strictObject({
  name: z.string().min(1),
  direction: z.enum(directions),
  /** Trees can tell an unknown value from any known one, so that refusing consent would weigh: such a feature is not allowed. */
  needs_consent: z.literal(false).default(false),
  /** Its splits' share of all that splits gained in the fit; 0 where no tree uses it. */
  gain_share: Finite.min(0).max(1),
});

/** What boosted trees were fitted with; null is no limit. */
const BoostedSettings = z.strictObject({
  rounds: Count,
  learning_rate: Finite,
  leaves: Count.nullable(),
  depth: Count.nullable(),
  l2: Finite,
  min_samples_leaf: Finite,
  min_hessian_leaf: Finite,
  bins: Count,
  row_share: Finite,
  column_share: Finite,
  seed: Count,
});

/** Boosted trees: their formula stands in trees.json beside the manifest, and as a sum of tables in tables.json where paths ask for at most two features. */
const BoostedManifest = z.strictObject({
  ...common,
  kind: z.literal("boosted"),
  /** In the order in which the file takes them. */
  features: z.array(BoostedFeature).min(1),
  trees: Count,
  settings: BoostedSettings,
  /** The line that the trees' log-odds go through; null where they were not calibrated. */
  calibration: z.strictObject({ slope: Finite.positive(), intercept: Finite }).nullable(),
  /** Whether each declared direction is proven of the result, see `proveDirections`. */
  proofs: z.array(
    z.strictObject({
      feature: z.string(),
      direction: z.enum(["+", "-"]),
      by: z.enum(["trees", "sum", "none"]),
      failure: z.string().nullable(),
    }),
  ),
  /** SHA-256 of the files beside the manifest that hold or follow from the formula. */
  files: z.partialRecord(z.enum(["trees.json", "tables.json", "score.sql"]), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** One declared direction of a model made elsewhere, tried out: sample rows by values of the feature, all else as it is in the row. */
const Sweep = z.strictObject({
  feature: z.string(),
  direction: z.enum(["+", "-"]),
  rows: Count,
  /** Steps from one value to the next higher, over all rows; and those that went the wrong way. */
  steps: Count,
  violations: Count,
  /** The step that went furthest wrong: from and to which value, and from and to which probability. */
  worst: z.strictObject({ row: Count, from: Finite, to: Finite, before: Finite, after: Finite }).nullable(),
});

const ExternalFeature = z.strictObject({
  name: z.string().min(1),
  direction: z.enum(directions),
  needs_consent: z.boolean(),
  /** Whether the model gives a probability where this is unknown; null when that was not tried. */
  takes_unknown: z.boolean().nullable(),
});

/** A model made elsewhere: its file as it came, and how it is fed and read. What it was fitted on is not known here. */
const ExternalManifest = z.strictObject({
  ...common,
  kind: z.literal("external"),
  /** Not known: nothing says where its log-odds start from. */
  base: z.null(),
  training: z.null(),
  /** The columns that its inputs take, each once. */
  features: z.array(ExternalFeature).min(1),
  /** The day by which the labels that it learned from were known, as who registered it says. */
  fitted_until: z.iso.date().nullable(),
  /** The file's name when it was registered. */
  file: z.string(),
  plan: ExternalPlan,
  /** One for each declared direction; null when there were no rows to try them on. */
  sweeps: z.array(Sweep).nullable(),
});

/** Everything about a model beside its file: read by people, by the score step, and for exact contributions. */
export const ModelManifest = z.discriminatedUnion("kind", [LogisticManifest, BoostedManifest, ExternalManifest]);
export type ExternalManifest = z.infer<typeof ExternalManifest>;
export type Sweep = z.infer<typeof Sweep>;
/** Of a model that was fitted here. */
export type OwnManifest = LogisticManifest | BoostedManifest;
export type LogisticManifest = z.infer<typeof LogisticManifest>;
export type BoostedManifest = z.infer<typeof BoostedManifest>;
export type ModelManifest = z.infer<typeof ModelManifest>;
export type BoostedSettings = z.infer<typeof BoostedSettings>;
export type ProxyStrength = z.infer<typeof ProxyStrength>;
export type MeasuredQuality = z.infer<typeof MeasuredQuality>;

/** The formula that the manifest of a logistic regression holds. */
export function modelOf(manifest: Pick<LogisticManifest, "features" | "base">): LogisticModel {
  return { base: manifest.base, terms: manifest.features };
}
