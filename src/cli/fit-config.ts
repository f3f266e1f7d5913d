import { z } from "zod";
import { readYaml } from "../parameters/yaml-file.ts";
import { transforms } from "../training/logistic-model.ts";
import { directions } from "../training/training-rows.ts";

const common = {
  name: z.string().min(1).optional(),
  horizon_months: z.int().positive().optional(),
  synthetic: z.boolean().optional(),
  /** The columns to use; all that are left when absent. */
  features: z.array(z.string()).optional(),
  directions: z.record(z.string(), z.enum(directions)).optional(),
};

const LogisticConfig = z.strictObject({
  ...common,
  kind: z.literal("logistic").default("logistic"),
  /** Strength of the ridge on standardised features. */
  l2: z.number().min(0).default(1),
  transforms: z.record(z.string(), z.enum(transforms)).optional(),
});

/** Boosted trees, see `BoostOptions`; null is no limit. */
const BoostedConfig = z.strictObject({
  ...common,
  kind: z.literal("boosted"),
  rounds: z.int().min(1).default(100),
  learning_rate: z.number().positive().max(1).default(0.1),
  leaves: z.int().min(2).nullable().default(31),
  depth: z.int().min(1).nullable().default(2),
  l2: z.number().min(0).default(0),
  min_samples_leaf: z.number().min(1).default(20),
  min_hessian_leaf: z.number().min(0).default(1e-3),
  bins: z.int().min(2).max(255).default(255),
  interactions: z.array(z.array(z.string())).optional(),
  row_share: z.number().positive().max(1).default(1),
  column_share: z.number().positive().max(1).default(1),
  seed: z.int().min(0).default(1),
  threads: z.int().min(1).max(64).optional(),
  /** Stops by the loss on the latest fifth of time, then fits on all rows for as many rounds. */
  stop_early: z.strictObject({ patience: z.int().min(1).optional(), tolerance: z.number().min(0).optional() }).optional(),
});

export type LogisticConfig = z.output<typeof LogisticConfig>;
export type BoostedConfig = z.output<typeof BoostedConfig>;
export type FitConfig = LogisticConfig | BoostedConfig;

const kindOf = z.looseObject({ kind: z.enum(["logistic", "boosted"]).default("logistic") });

/** What a `--config` file says; a logistic regression with all defaults without one. */
export function readFitConfig(path: string | undefined): FitConfig {
  if (path === undefined) return LogisticConfig.parse({});
  return readYaml(path, kindOf).kind === "boosted" ? readYaml(path, BoostedConfig) : readYaml(path, LogisticConfig);
}
