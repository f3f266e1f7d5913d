import { basename, join } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { sha256File } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { packageVersion } from "../domain/project-files.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import type { MeasuredQuality } from "../scoring/manifest.ts";
import { writeModel } from "../scoring/model-store.ts";
import { type PackedLogistic, packModel } from "../scoring/pack-model.ts";
import { type FlatFile, openFlatFile } from "../training/flat-file.ts";
import { orderedTimes } from "../training/hold-out.ts";
import { transforms } from "../training/logistic-model.ts";
import { fitAndMeasure, type MeasuredFit } from "../training/measured-fit.ts";
import { totals } from "../training/predictions.ts";
import { defaultTransform, directions, type TrainingRows } from "../training/training-rows.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";

import { describeMetrics, nameList } from "./model-text.ts";
import { progressLine } from "./progress.ts";

/** What a `--config` file may say. */
const FitConfig = z.strictObject({
  name: z.string().min(1).optional(),
  /** Strength of the ridge on standardised features. */
  l2: z.number().min(0).optional(),
  horizon_months: z.int().positive().optional(),
  synthetic: z.boolean().optional(),
  /** The columns to use; all that are left when absent. */
  features: z.array(z.string()).optional(),
  transforms: z.record(z.string(), z.enum(transforms)).optional(),
  directions: z.record(z.string(), z.enum(directions)).optional(),
});
type FitConfig = z.infer<typeof FitConfig>;

type FittedModel = PackedLogistic & { directory: string };

interface FitFlags extends JsonFlag {
  data: string;
  label: string;
  group?: string;
  time?: string;
  weight?: string;
  exclude?: string;
  config?: string;
  out: string;
}

/** `aldyn model fit`: a logistic regression from a flat file, as a directory with model.onnx, manifest.json and card.md. */
export function registerFit(model: Command): void {
  model
    .command("fit")
    .description("fit a logistic regression on a CSV or Parquet file")
    .requiredOption("--data <file>", "the rows to learn from, .csv or .parquet; empty cells are unknown")
    .requiredOption("--label <column>", "what is foretold: 0 or 1, true or false")
    .option("--group <column>", "rows of one group are never on both sides when the model is measured")
    .option("--time <column>", "the model is measured on the latest fifth of this column")
    .option("--weight <column>", "a weight of k counts as k copies of the row")
    .option("--exclude <columns>", "columns that are no features: a,b,c")
    .option("--config <file>", "YAML: name, l2, horizon_months, synthetic, features, transforms, directions")
    .requiredOption("--out <dir>", "where the model's directory is written")
    .addOption(jsonOption)
    .action(async (flags: FitFlags) => {
      const line = progressLine();
      const file = await openFlatFile(flags.data);
      try {
        line.show(`fitting on ${file.rowCount.toLocaleString("en")} rows`);
        const config = flags.config === undefined ? {} : readYaml(flags.config, FitConfig);
        const { fit, stored } = await fitFile(file, flags, config);
        line.done();
        print({ ...summary(fit), id: stored.manifest.id, directory: stored.directory }, flags, () => describe(fit, stored));
      } finally {
        line.done();
        file.close();
      }
    });
}

async function fitFile(file: FlatFile, flags: FitFlags, config: FitConfig): Promise<{ fit: MeasuredFit; stored: FittedModel }> {
  const features = featureNames(file, flags, config);
  const label = await file.label(flags.label);
  const columns = await file.numbers(features, `leave it out with --exclude, or mend the value`);
  const [weight] = flags.weight === undefined ? [] : await file.numbers([flags.weight], "a weight is a number from 0 up");
  const rows: TrainingRows = { names: features, columns, label, weight };
  const time = flags.time === undefined ? undefined : await file.texts(flags.time, "--time");
  const group = flags.group === undefined ? undefined : await file.texts(flags.group, "--group");
  const defaults = features.map((name, index) => [name, defaultTransform(unitOf(name), columns[index] as Float64Array)] as const);
  const options = { l2: config.l2, transforms: { ...Object.fromEntries(defaults), ...config.transforms }, directions: config.directions };
  const fit = fitAndMeasure(rows, { time, group }, options);
  const { positive, weight: all } = totals({ label, score: new Float64Array(), weight });
  const times = time === undefined ? [] : orderedTimes(time);
  const packed = packModel(fit.model, {
    name: config.name ?? `logistic-${flags.label}`,
    label: flags.label,
    horizon_months: config.horizon_months ?? null,
    synthetic: config.synthetic ?? false,
    l2: config.l2 ?? 1,
    training: {
      rows: label.length,
      positives: label.reduce((sum, event) => sum + event, 0),
      base_rate: positive / all,
      from: times[0] ?? null,
      until: times.at(-1) ?? null,
      data: { file: basename(file.path), sha256: await sha256File(file.path) },
    },
    quality: measuredQuality(fit),
    code_version: packageVersion(),
    ...(config.directions === undefined ? {} : { directions: config.directions }),
  });
  return { fit, stored: writeModel(packed, flags.out) };
}

function featureNames(file: FlatFile, flags: FitFlags, config: FitConfig): string[] {
  const roles = [flags.label, flags.group, flags.time, flags.weight].filter((name) => name !== undefined);
  const excluded = nameList(flags.exclude);
  file.require([flags.label], "--label");
  file.require(roles, "--group, --time, --weight");
  file.require(excluded, "--exclude");
  file.require([...(config.features ?? []), ...Object.keys(config.transforms ?? {}), ...Object.keys(config.directions ?? {})], "--config");
  const left = (config.features ?? file.names).filter((name) => !roles.includes(name) && !excluded.includes(name));
  if (left.length === 0) throw new UserError("no_features", `${file.path}: no column is left to learn from`, { exitCode: 2 });
  return left;
}

/** Columns named `..._lcu` hold money. */
function unitOf(name: string): string | undefined {
  return name.endsWith("_lcu") ? "lcu" : undefined;
}

function measuredQuality({ quality }: MeasuredFit): MeasuredQuality | null {
  if (quality === null) return null;
  const { kind, intervals, metrics, ...rest } = quality;
  const copied = Object.entries(intervals).map(([name, interval]) => [name, interval === null ? null : [...interval]]);
  return { ...rest, kept_aside: kind, refitted: true, metrics: { ...metrics }, intervals: Object.fromEntries(copied), baselines: {} };
}

function summary(fit: MeasuredFit): Record<string, unknown> {
  const { converged, iterations, dropped, held, quality, unmeasured } = fit;
  return { features: fit.model.terms.length, converged, iterations, dropped, held, quality, unmeasured };
}

function describe(fit: MeasuredFit, { directory, manifest }: FittedModel): string {
  const { quality } = fit;
  return [
    `Model ${manifest.name} (${manifest.id.slice(0, 12)}): ${fit.model.terms.length} features, ${manifest.training.rows} rows, ${manifest.training.positives} with the event`,
    ...(fit.converged ? [] : [`  It did not converge in ${fit.iterations} steps: give a larger l2 in --config`]),
    ...fit.dropped.map(({ name, why }) => `  ${name} was left out: ${why}`),
    ...(fit.held.length === 0 ? [] : [`  held at 0 by their direction: ${fit.held.join(", ")}`]),
    quality === null
      ? `  Its quality is unknown: ${fit.unmeasured}`
      : `  On ${quality.n} rows kept aside (${quality.kind}${quality.from === null ? "" : `, ${quality.from} to ${quality.until}`}), by a fit that had not seen them:`,
    ...(quality === null ? [] : [describeMetrics(quality.metrics, quality.intervals)]),
    `  Read ${join(directory, "card.md")}`,
    `  Score with it: npx aldyn model predict --model ${directory} --data FILE --out preds.csv`,
  ].join("\n");
}
