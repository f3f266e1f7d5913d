import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { readModelDirectory } from "../scoring/model-store.ts";
import { readInterface } from "../scoring/onnx-interface.ts";
import { Scorer, type Scores } from "../scoring/scorer.ts";
import { type FlatFile, openFlatFile } from "../training/flat-file.ts";
import { identifier, quoted } from "../warehouse/session.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";
import { nameList } from "./model-text.ts";
import { progressLine } from "./progress.ts";

const FeatureFile = z.union([z.array(z.string()), z.object({ features: z.array(z.string()) }).transform((file) => file.features)]);

interface PredictFlags extends JsonFlag {
  model: string;
  features?: string;
  data: string;
  keep?: string;
  out: string;
}

/** `aldyn model predict`: one row per input row, in its order, with `probability` and `margin` beside the columns that are no features. */
export function registerPredict(model: Command): void {
  model
    .command("predict")
    .description("score the rows of a CSV or Parquet file")
    .requiredOption("--model <path>", "a model's directory, or its model.onnx")
    .option("--features <file>", "YAML with the features in order, for a model.onnx that does not name them")
    .requiredOption("--data <file>", "the rows to score, .csv or .parquet")
    .option("--keep <columns>", "features to copy to the output too: a,b,c (columns that are no features are copied anyway)")
    .requiredOption("--out <file>", "where to write, .csv or .parquet: columns of the input that are no features, probability, margin")
    .addOption(jsonOption)
    .action(async (flags: PredictFlags) => {
      if (!/\.(csv|parquet)$/.test(flags.out))
        throw new UserError("bad_option", `--out ${flags.out}: its name ends in .csv or .parquet`, { exitCode: 2 });
      const { onnx, features } = await modelAt(flags);
      const file = await openFlatFile(flags.data);
      const line = progressLine();
      const scorer = new Scorer(onnx, availableParallelism());
      try {
        line.show(`scoring ${file.rowCount.toLocaleString("en")} rows`);
        file.require(features, `features of ${flags.model}`);
        const columns = await file.numbers(features, "a feature is a number; leave it empty when unknown");
        await writePredictions(file, features, await scorer.score(features, columns, flags.data), flags);
        line.done();
        print({ rows: file.rowCount, out: flags.out }, flags, () => `${flags.out}: ${file.rowCount} rows`);
      } finally {
        line.done();
        await scorer.close();
        file.close();
      }
    });
}

async function modelAt(flags: PredictFlags): Promise<{ onnx: Uint8Array; features: string[] }> {
  if (!existsSync(flags.model)) throw new UserError("no_model", `--model ${flags.model} does not exist`, { exitCode: 2 });
  if (statSync(flags.model).isDirectory()) {
    const { onnx, manifest } = readModelDirectory(flags.model);
    return { onnx, features: manifest.features.map((feature) => feature.name) };
  }
  const onnx = new Uint8Array(await readFile(flags.model));
  const given = flags.features === undefined ? undefined : readYaml(flags.features, FeatureFile);
  return { onnx, features: readInterface(onnx, flags.model, given) };
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
