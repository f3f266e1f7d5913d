import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import { Sentences } from "../domain/languages.ts";
import { labelNames } from "../features/labels.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { auditedTraits } from "./audited-traits.ts";
import { baselineNames } from "./baselines.ts";
import { ModelGrid } from "./model-grid.ts";

const isoDate = z.iso.date();

/** What a ranking is chosen by: precision on the list, or a metric of the whole order. */
export const selectionMetrics = ["precision_at_capacity", "recall_at_capacity", "auc", "average_precision"] as const;

const Source = z.strictObject({
  file: z.string().min(1),
  files_from_environment: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional(),
});

const AsOf = z
  .strictObject({
    every_months: z.int().min(1).max(12),
    history_months: z.int().min(0).max(120),
    from: isoDate.optional(),
    until: isoDate.optional(),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, "from lies after until");

const share = z.number().min(0).max(1);

const ExperimentFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "name it in lower case letters, digits and -"),
  question: z.union([z.string().min(1), Sentences]),
  deployment: z.string().min(1),
  sources: z.array(Source).default([]),
  label: z.enum(labelNames),
  cohort: z.string().min(1).optional(),
  outcome_lag_days: z.int().min(0).max(366).default(0),
  helped: z.enum(["keep", "flag", "censor"]).default("keep"),
  as_of: AsOf,
  splits: z
    .union([z.literal("reference_year"), z.strictObject({ months: z.int().min(1).max(24), last: z.int().min(1).optional() })])
    .default("reference_year"),
  training: z.strictObject({ months: z.int().min(1).optional(), every_months: z.int().min(1).optional() }).default({}),
  households: z.enum(["apart", "shared"]),
  held_out_months: z.int().min(1).max(24),
  leave_out: z
    .strictObject({ families: z.array(z.string()).default([]), features: z.array(z.string()).default([]) })
    .default({ families: [], features: [] }),
  area_rates: z.enum(["off", "on", "ablation"]).default("off"),
  directions: z.enum(["declared", "free"]).default("declared"),
  models: z
    .array(ModelGrid)
    .min(1)
    .default([ModelGrid.parse({ kind: "logistic" })]),
  champion: z.string().min(1).optional(),
  baselines: z.array(z.enum(baselineNames)).default(["lowest_income_first"]),
  capacity: z
    .strictObject({
      share: share.refine((each) => each > 0, "a list of nobody"),
      at_least: z.int().min(1),
      by: z.enum(["country", "region", "district"]),
    })
    .default({ share: 0.05, at_least: 1, by: "country" }),
  selection: z
    .strictObject({
      metric: z.enum(selectionMetrics).default("precision_at_capacity"),
      by: z.enum(["mean_regret", "worst_regret"]).default("mean_regret"),
      ece_at_most: share.optional(),
      beats: z.array(z.enum(baselineNames)).default([]),
    })
    .prefault({}),
  calibration: z.enum(["none", "platt", "isotonic"]).default("platt"),
  fairness: z
    .strictObject({
      groups: z.array(z.enum(auditedTraits)).min(1),
      recall_gap_at_most: share.optional(),
    })
    .default({ groups: [...auditedTraits] }),
  seeds: z.array(z.int().min(0)).min(1).default([1]),
  bootstrap: z.int().min(20).max(2000).default(100),
});

/**
 * What is asked of which data, and how the answer is judged: docs/experiments.md says what each key means. `households: apart`: none of a
 * test's households is learned from (a panel); `shared`: time alone divides them (a register, in which everybody is always there).
 * `held_out_months`: the window at the end that judges a champion. Every path is absolute. Without sources the data directory's own warehouse is meant.
 */
export type Experiment = z.output<typeof ExperimentFile> & { file: string };

/** Reads an experiment's YAML. A UserError names an unknown key, a bad value or a file that is not there. */
export function readExperiment(file: string): Experiment {
  const path = resolve(file);
  if (!existsSync(path)) throw new UserError("no_experiment", `${path} does not exist; name an experiment's YAML file`, { exitCode: 2 });
  const read = readYaml(path, ExperimentFile);
  const absolute = (named: string, key: string): string => {
    const found = resolve(dirname(path), named);
    if (!existsSync(found))
      throw new UserError("bad_experiment", `${path}: ${key}: ${named} does not exist; paths are relative to the file's directory`);
    return found;
  };
  for (const name of read.selection.beats)
    if (!read.baselines.includes(name))
      throw new UserError(
        "bad_experiment",
        `${path}: selection.beats: ${name} is not among the baselines (${read.baselines.join(", ")}); add it there`,
      );
  return {
    ...read,
    file: path,
    deployment: absolute(read.deployment, "deployment"),
    sources: read.sources.map((source, index) => ({ ...source, file: absolute(source.file, `sources.${index}.file`) })),
  };
}

/** The months that a label looks ahead, as its name says: 6m is 6, 4q is 12. */
export function horizonMonths(label: Experiment["label"]): number {
  const [, count, unit] = /_(\d+)([mq])$/.exec(label)!;
  return Number(count) * (unit === "q" ? 3 : 1);
}
