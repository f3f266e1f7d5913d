import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { type FlatFile, openFlatFile } from "../training/flat-file.ts";
import type { Predictions } from "../training/predictions.ts";
import { type Metrics, measureQuality, metricsOf, type Quality, rankingMetrics } from "../training/quality.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";
import { describeMetrics } from "./model-text.ts";

/** More values than this in a --group column are taken for a mistake. */
const mostGroups = 100;

interface EvaluateFlags extends JsonFlag {
  predictions: string;
  label: string;
  data?: string;
  score: string;
  ranking?: boolean;
  group: string[];
  weight?: string;
  together?: string;
}

/** `aldyn model evaluate`: all metrics of predictions beside their outcomes, with intervals, for all rows and by group. */
export function registerEvaluate(model: Command): void {
  model
    .command("evaluate")
    .description("measure predictions against what happened")
    .requiredOption("--predictions <file>", "predictions, .csv or .parquet, as `model predict` writes them")
    .requiredOption("--label <column>", "what happened: 0 or 1, true or false; in the predictions, or in --data")
    .option("--data <file>", "labels, groups and weights, row by row in the predictions' order, when the predictions do not hold them")
    .option("--score <column>", "the column that is measured", "probability")
    .option("--ranking", "the score is an order only, not a probability")
    .option("--group <columns...>", "measure each value of these columns as well", [])
    .option("--weight <column>", "a weight of k counts as k copies of the row")
    .option("--together <column>", "rows of one value (a household's) are drawn together for the intervals")
    .addOption(jsonOption)
    .action(async (flags: EvaluateFlags) => {
      const files = [await openFlatFile(flags.predictions)];
      try {
        if (flags.data !== undefined) files.push(await openFlatFile(flags.data));
        const result = await evaluate(files, flags);
        print(result, flags, () => describe(result));
      } finally {
        for (const file of files) file.close();
      }
    });
}

type Measured = Quality<Partial<Metrics>>;
/** Metrics flat beside their counts, as a program reads them. */
type Report = Omit<Measured, "metrics"> & Partial<Metrics>;
type Result = Report & { groups: Record<string, Record<string, Report>> };

async function evaluate(files: readonly FlatFile[], flags: EvaluateFlags): Promise<Result> {
  requireAligned(files);
  const predictions = await readPredictions(files, flags);
  const together =
    flags.together === undefined ? undefined : await fileWith(files, flags.together, "--together").texts(flags.together, "--together");
  const groups: Result["groups"] = {};
  for (const column of flags.group) {
    const values = await fileWith(files, column, "--group").texts(column, "--group");
    groups[column] = byValue(column, values, (rows) =>
      measure(pick(predictions, rows), flags, together && rows.map((row) => together[row] as string)),
    );
  }
  return { ...measure(predictions, flags, together), groups };
}

function measure(predictions: Predictions, flags: EvaluateFlags, group: (string | null)[] | undefined): Report {
  const { metrics, ...rest }: Measured = measureQuality<Partial<Metrics>>(
    predictions,
    flags.ranking === true ? rankingMetrics : metricsOf,
    { group },
  );
  return { ...rest, ...metrics };
}

async function readPredictions(files: readonly FlatFile[], flags: EvaluateFlags): Promise<Predictions> {
  const source = files[0] as FlatFile;
  source.require([flags.score], "--score");
  const [score] = (await source.numbers([flags.score], "a score is a number")) as [Float64Array];
  const bad = score.findIndex((value) => !Number.isFinite(value) || (flags.ranking !== true && (value < 0 || value > 1)));
  if (bad >= 0)
    throw new UserError(
      "bad_score",
      `${source.path}, column ${flags.score}, row ${bad + 1}: ${score[bad]} is no ${flags.ranking === true ? "score" : "probability; for a score that is an order only give --ranking"}`,
    );
  const label = await fileWith(files, flags.label, "--label").label(flags.label);
  if (flags.weight === undefined) return { label, score };
  const [weight] = (await fileWith(files, flags.weight, "--weight").numbers([flags.weight], "a weight is a number")) as [Float64Array];
  const badWeight = weight.findIndex((value) => !(value >= 0 && value < Infinity));
  if (badWeight >= 0)
    throw new UserError(
      "bad_weight",
      `column ${flags.weight}, row ${badWeight + 1}: ${weight[badWeight]} is no weight; give a number from 0 up`,
    );
  return { label, score, weight };
}

/** The file that holds a column: the predictions before the data. */
function fileWith(files: readonly FlatFile[], column: string, option: string): FlatFile {
  const found = files.find((file) => file.names.includes(column));
  if (found !== undefined) return found;
  const [predictions, labels] = files as [FlatFile, FlatFile | undefined];
  if (labels !== undefined) labels.require([column], option);
  throw new UserError(
    "no_column",
    `${predictions.path} has no column ${column} (${option}); name the file that has it, row by row in the same order, with --data`,
  );
}

function requireAligned([predictions, data]: readonly FlatFile[]): void {
  if (predictions === undefined || data === undefined || predictions.rowCount === data.rowCount) return;
  throw new UserError(
    "not_aligned",
    `${predictions.path} has ${predictions.rowCount} rows, ${data.path} has ${data.rowCount}; they must be the same rows in the same order`,
  );
}

function byValue(column: string, values: readonly (string | null)[], of: (rows: number[]) => Report): Record<string, Report> {
  const rowsOf = new Map<string, number[]>();
  values.forEach((value, row) => {
    const rows = rowsOf.get(value ?? "unknown") ?? [];
    rows.push(row);
    rowsOf.set(value ?? "unknown", rows);
  });
  if (rowsOf.size > mostGroups)
    throw new UserError("too_many_groups", `--group ${column}: it has ${rowsOf.size} values; at most ${mostGroups} are measured apart`, {
      exitCode: 2,
    });
  return Object.fromEntries([...rowsOf].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, rows]) => [value, of(rows)]));
}

function pick({ label, score, weight }: Predictions, rows: readonly number[]): Predictions {
  return {
    label: Uint8Array.from(rows, (row) => label[row] as number),
    score: Float64Array.from(rows, (row) => score[row] as number),
    weight: weight && Float64Array.from(rows, (row) => weight[row] as number),
  };
}

function describe({ groups, ...all }: Result): string {
  const one = ({ n, positives, base_rate, intervals, ...metrics }: Report, title: string) =>
    `${title}: ${n} rows, ${positives} with the event (${(100 * base_rate).toFixed(1)} %)\n${describeMetrics(metrics, intervals)}`;
  const parts = Object.entries(groups).flatMap(([column, values]) =>
    Object.entries(values).map(([value, report]) => one(report, `${column} = ${value}`)),
  );
  return [one(all, "All"), ...parts].join("\n\n");
}
