import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { decodeModel, readExternal, requireFreeBatch, runnable, settingsFor, startScorer } from "../scoring/external-model.ts";
import { type ExternalPlan, planColumns, wordColumns } from "../scoring/external-plan.ts";
import { readModelDirectory } from "../scoring/model-store.ts";
import { hasOwnInterface, readInterface } from "../scoring/onnx-interface.ts";
import { isExternal } from "../scoring/pack-model.ts";
import { batchRows, type Column, Scorer, type Scores } from "../scoring/scorer.ts";
import { type FlatFile, openFlatFile } from "../training/flat-file.ts";
import { identifier, quoted } from "../warehouse/session.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";
import { nameList } from "./model-text.ts";
import { progressLine } from "./progress.ts";

interface PredictFlags extends JsonFlag {
  model: string;
  features?: string;
  data: string;
  keep?: string;
  rowByRow?: boolean;
  out: string;
}

/** `aldyn model predict`: one row per input row, in its order, with `probability` and `margin` beside the columns that are no features. */
export function registerPredict(model: Command): void {
  model
    .command("predict")
    .description("score the rows of a CSV or Parquet file")
    .requiredOption("--model <path>", "a model's directory, or an .onnx file, also one made elsewhere")
    .option("--features <file>", "YAML or JSON with the features in order, or by input, for a file that does not name them")
    .option("--row-by-row", "run a file that takes a fixed number of rows at once by so many")
    .requiredOption("--data <file>", "the rows to score, .csv or .parquet")
    .option("--keep <columns>", "features to copy to the output too: a,b,c (columns that are no features are copied anyway)")
    .requiredOption("--out <file>", "where to write, .csv or .parquet: columns of the input that are no features, probability, margin")
    .addOption(jsonOption)
    .action(async (flags: PredictFlags) => {
      if (!/\.(csv|parquet)$/.test(flags.out))
        throw new UserError("bad_option", `--out ${flags.out}: its name ends in .csv or .parquet`, { exitCode: 2 });
      const { features, ...model } = await modelAt(flags);
      const file = await openFlatFile(flags.data);
      const line = progressLine();
      let scorer: Scorer | undefined;
      try {
        line.show(`scoring ${file.rowCount.toLocaleString("en")} rows`);
        file.require(features, `features of ${flags.model}`);
        const columns = await columnsOf(file, features, model.plan === undefined ? new Set() : wordColumns(model.plan));
        scorer = await scorerOf(model, flags.model, Math.min(availableParallelism(), Math.ceil(file.rowCount / batchRows)));
        await writePredictions(file, features, await scorer.score(features, columns, flags.data), flags);
        line.done();
        print({ rows: file.rowCount, out: flags.out }, flags, () => `${flags.out}: ${file.rowCount} rows`);
      } finally {
        line.done();
        await scorer?.close();
        file.close();
      }
    });
}

interface RunnableModel {
  onnx: Uint8Array;
  features: string[];
  /** Of a model made elsewhere. */
  plan?: ExternalPlan | undefined;
}

async function scorerOf({ onnx, plan }: Omit<RunnableModel, "features">, path: string, workers: number): Promise<Scorer> {
  return plan === undefined ? new Scorer(onnx, workers) : startScorer({ onnx, plan }, path, workers);
}

async function modelAt(flags: PredictFlags): Promise<RunnableModel> {
  if (!existsSync(flags.model)) throw new UserError("no_model", `--model ${flags.model} does not exist`, { exitCode: 2 });
  if (statSync(flags.model).isDirectory()) {
    const model = readModelDirectory(flags.model);
    if (isExternal(model)) return { onnx: runnable(model), features: planColumns(model.manifest.plan), plan: model.manifest.plan };
    const { onnx, manifest } = model;
    return { onnx, features: manifest.features.map((feature) => feature.name) };
  }
  const file = new Uint8Array(await readFile(flags.model));
  const settings = settingsFor(file, flags.model, flags.features);
  if (hasOwnInterface(decodeModel(file, flags.model)))
    return { onnx: file, features: readInterface(file, flags.model, Array.isArray(settings.features) ? settings.features : undefined) };
  const model = readExternal(file, flags.model, settings);
  requireFreeBatch(model, flags.model, flags.rowByRow === true);
  return { ...model, features: planColumns(model.plan) };
}

/** The features' columns in order: words where a model made elsewhere takes words, numbers else. */
export async function columnsOf(file: FlatFile, features: readonly string[], words: ReadonlySet<string>): Promise<Column[]> {
  const inNumbers = features.filter((name) => !words.has(name));
  const numbers = await file.numbers(inNumbers, "a feature is a number; leave it empty when unknown");
  const columns: Column[] = [];
  for (const name of features)
    columns.push(words.has(name) ? await file.texts(name, "--features") : (numbers[inNumbers.indexOf(name)] as Float64Array));
  return columns;
}

async function writePredictions(file: FlatFile, features: readonly string[], scores: Scores, flags: PredictFlags): Promise<void> {
  const kept = nameList(flags.keep);
  file.require(kept, "--keep");
  const outputs = ["probability", "margin"];
  const copied = file.names.filter((name) => !outputs.includes(name) && (!features.includes(name) || kept.includes(name)));
  await file.session.createTable("scores", { probability: scores.probability, margin: scores.margin });
  const columns = [...copied.map((name) => `flat.${identifier(name)}`), ...outputs.map((name) => `scores.${name}`)];
  const format = flags.out.endsWith(".parquet") ? "format parquet, compression zstd" : "format csv, header";
  const partial = `${flags.out}.partial`;
  await mkdir(dirname(flags.out), { recursive: true });
  await file.session.run(
    `copy (select ${columns.join(", ")} from flat join scores on scores.rowid = flat.rowid order by flat.rowid) to ${quoted(partial)} (${format})`,
  );
  await rename(partial, flags.out);
}
