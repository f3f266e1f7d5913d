import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import { labelNames } from "../features/labels.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { transforms } from "../training/logistic-model.ts";
import { baselineNames } from "./baselines.ts";

const ExperimentFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "name it in lower case letters, digits and -"),
  question: z.string().min(1),
  deployment: z.string().min(1),
  sources: z
    .array(
      z.strictObject({
        file: z.string().min(1),
        files_from_environment: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]*$/)
          .optional(),
      }),
    )
    .default([]),
  label: z.enum(labelNames),
  as_of: z.strictObject({ every_months: z.int().min(1).max(12), history_months: z.int().min(0).max(120) }),
  households: z.enum(["apart", "shared"]),
  held_out_months: z.int().min(1).max(24),
  leave_out: z
    .strictObject({ families: z.array(z.string()).default([]), features: z.array(z.string()).default([]) })
    .default({ families: [], features: [] }),
  transforms: z.record(z.string(), z.enum(transforms)).default({}),
  directions: z.enum(["declared", "free"]).default("declared"),
  l2: z.number().positive().default(1),
  baselines: z.array(z.enum(baselineNames)).default(["lowest_income_first"]),
});

/**
 * What is asked of which data, and how the answer is judged. `as_of`: the days looked from, every so many months from the first with
 * `history_months` of income behind it. `households: apart`: none of a test's households is learned from (a panel); `shared`: time alone
 * divides them (a register, in which everybody is always there). `held_out_months`: the window at the end that judges a champion.
 * Every path is absolute. Without sources the data directory's own warehouse is meant.
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
