import { basename, join } from "node:path";
import type { Command } from "commander";
import { sha256File } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { packageVersion } from "../domain/project-files.ts";
import { referenceOf } from "../monitoring/reference.ts";
import type { MeasuredQuality } from "../scoring/manifest.ts";
import { writeModel } from "../scoring/model-store.ts";
import type { OwnModel } from "../scoring/pack-model.ts";
import { withReference } from "../scoring/reference-file.ts";
import { type FlatFile, openFlatFile } from "../training/flat-file.ts";
import { orderedTimes } from "../training/hold-out.ts";
import type { Measurement } from "../training/measured-fit.ts";
import { totals } from "../training/predictions.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";
import { type FitConfig, readFitConfig } from "./fit-config.ts";
import { type FittedModel, fitKind } from "./fit-kinds.ts";
import { describeMetrics, nameList } from "./model-text.ts";
import { progressLine } from "./progress.ts";

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

/** `aldyn model fit`: a logistic regression or boosted trees from a flat file, as a directory with model.onnx, manifest.json, card.md and more. */
export function registerFit(model: Command): void {
  model
    .command("fit")
    .description("fit a logistic regression, or boosted trees, on a CSV or Parquet file")
    .requiredOption("--data <file>", "the rows to learn from, .csv or .parquet; empty cells are unknown")
    .requiredOption("--label <column>", "what is foretold: 0 or 1, true or false")
    .option("--group <column>", "rows of one group are never on both sides when the model is measured")
    .option("--time <column>", "the model is measured on the latest fifth of this column")
    .option("--weight <column>", "a weight of k counts as k copies of the row")
    .option("--exclude <columns>", "columns that are no features: a,b,c")
    .option(
      "--config <file>",
      "YAML: kind (logistic or boosted), name, l2, horizon_months, synthetic, features, directions; transforms, or settings of boosting",
    )
    .requiredOption("--out <dir>", "where the model's directory is written")
    .addOption(jsonOption)
    .action(async (flags: FitFlags) => {
      const line = progressLine();
      const file = await openFlatFile(flags.data);
      try {
        line.show(`fitting on ${file.rowCount.toLocaleString("en")} rows`);
        const { fit, stored } = await fitFile(file, flags, readFitConfig(flags.config), (text) => line.show(text));
        line.done();
        const { summary, quality, unmeasured } = fit;
        const found = { ...summary, quality, unmeasured, id: stored.manifest.id, directory: stored.directory };
        print(found, flags, () => describe(fit, stored));
      } finally {
        line.done();
        file.close();
      }
    });
}

async function fitFile(
  file: FlatFile,
  flags: FitFlags,
  config: FitConfig,
  onProgress: (text: string) => void,
): Promise<{ fit: FittedModel; stored: OwnModel & { directory: string } }> {
  const names = featureNames(file, flags, config);
  const label = await file.label(flags.label);
  const columns = await file.numbers(names, `leave it out with --exclude, or mend the value`);
  const [weight] = flags.weight === undefined ? [] : await file.numbers([flags.weight], "a weight is a number from 0 up");
  const time = flags.time === undefined ? undefined : await file.texts(flags.time, "--time");
  const group = flags.group === undefined ? undefined : await file.texts(flags.group, "--group");
  const fit = await fitKind({ names, columns, label, weight }, { time, group }, config, onProgress);
  const { positive, weight: all } = totals({ label, score: new Float64Array(), weight });
  const times = time === undefined ? [] : orderedTimes(time);
  const packed = fit.pack({
    name: config.name ?? `${config.kind}-${flags.label}`,
    label: flags.label,
    horizon_months: config.horizon_months ?? null,
    synthetic: config.synthetic ?? false,
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
  });
  const inUse = new Set(packed.manifest.features.map((feature) => feature.name));
  const learned = names.map((name, place) => ({ name, family: null, values: columns[place]! })).filter(({ name }) => inUse.has(name));
  return { fit, stored: writeModel(withReference(packed, referenceOf(learned, fit.aside)), flags.out) };
}

function featureNames(file: FlatFile, flags: FitFlags, config: FitConfig): string[] {
  const roles = [flags.label, flags.group, flags.time, flags.weight].filter((name) => name !== undefined);
  const excluded = nameList(flags.exclude);
  file.require([flags.label], "--label");
  file.require(roles, "--group, --time, --weight");
  file.require(excluded, "--exclude");
  const ofKind = config.kind === "logistic" ? Object.keys(config.transforms ?? {}) : (config.interactions ?? []).flat();
  file.require([...(config.features ?? []), ...ofKind, ...Object.keys(config.directions ?? {})], "--config");
  const left = (config.features ?? file.names).filter((name) => !roles.includes(name) && !excluded.includes(name));
  if (left.length === 0) throw new UserError("no_features", `${file.path}: no column is left to learn from`, { exitCode: 2 });
  return left;
}

function measuredQuality({ quality }: Measurement): MeasuredQuality | null {
  if (quality === null) return null;
  const { kind, intervals, metrics, ...rest } = quality;
  const copied = Object.entries(intervals).map(([name, interval]) => [name, interval === null ? null : [...interval]]);
  return { ...rest, kept_aside: kind, refitted: true, metrics: { ...metrics }, intervals: Object.fromEntries(copied), baselines: {} };
}

function describe({ quality, unmeasured, notes }: FittedModel, { directory, manifest }: OwnModel & { directory: string }): string {
  return [
    `Model ${manifest.name} (${manifest.id.slice(0, 12)}): ${manifest.features.length} features, ${manifest.training.rows} rows, ${manifest.training.positives} with the event`,
    ...notes.map((note) => `  ${note}`),
    quality === null
      ? `  Its quality is unknown: ${unmeasured}`
      : `  On ${quality.n} rows kept aside (${quality.kind}${quality.from === null ? "" : `, ${quality.from} to ${quality.until}`}), by a fit that had not seen them:`,
    ...(quality === null ? [] : [describeMetrics(quality.metrics, quality.intervals)]),
    `  Read ${join(directory, "card.md")}`,
    `  Score with it: npx aldyn model predict --model ${directory} --data FILE --out preds.csv`,
  ].join("\n");
}
