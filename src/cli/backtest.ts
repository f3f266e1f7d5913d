import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { type Language, languages } from "../domain/languages.ts";
import { backtest, planBacktest } from "../experiments/backtest.ts";
import type { BacktestResult, SplitResult, Unmet } from "../experiments/backtest-result.ts";
import { type Experiment, readExperiment } from "../experiments/experiment.ts";
import { experimentData, type Surroundings } from "../experiments/experiment-data.ts";
import { estimateSeconds } from "../experiments/fit-time.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, type Register, wholeNumber } from "./command.ts";
import { progressLine } from "./progress.ts";
import { textTable } from "./text-table.ts";

interface Flags extends JsonFlag {
  data?: string;
  threads: string;
  workers?: string;
  check?: boolean;
  report?: string;
  lang: Language;
}

export const register: Register = (program: Command) => {
  program
    .command("backtest <experiment>")
    .description(
      "window after window: learn from what was known when it began, rank its households, and compare models with simple rankings",
    )
    .option(
      "--data <dir>",
      "data directory (or ALDYN_DATA; default ./var); an experiment with sources of its own loads them below it, once",
    )
    .option("--threads <n>", "threads for the database, and for fits when one worker does them", String(availableParallelism()))
    .option("--workers <n>", "processes, each for a day's rows or a window (default: as many as threads); each holds its rows in memory")
    .option("--check", "say what would be fitted, and about how long it would take; fit nothing")
    .option("--report <file>", "where to write the report, a page of HTML (default: beside the result, <name>.report.<lang>.html)")
    .addOption(new Option("--lang <language>", "language of the report").choices(languages).default("ru"))
    .addOption(jsonOption)
    .action(async (file: string, flags: Flags) => {
      const experiment = readExperiment(file);
      const line = progressLine();
      const threads = wholeNumber("--threads", flags.threads, 1, 256);
      const workers = flags.workers === undefined ? threads : wholeNumber("--workers", flags.workers, 1, 256);
      const around = { environment: process.env, now: () => new Date(), threads, workers, onProgress: (text: string) => line.show(text) };
      try {
        const data = await loadedData(experiment, dataDirectory(flags.data), around);
        const plan = await planBacktest(experiment, data, around);
        const about = { fits: plan.fits, missing: plan.missing, seconds: estimateSeconds(plan, workers) };
        if (flags.check === true) return print(about, flags, () => sayPlan(about));
        around.onProgress(sayPlan(about));
        const result = await backtest(experiment, data, around);
        const kept = keepResult(data, result);
        const report = await keepReport(data, result, flags);
        line.done();
        print(result, flags, () => `${describe(result)}\nRead ${report}\nAll figures: ${kept}`);
      } finally {
        line.done();
      }
    });
};

async function loadedData(experiment: Experiment, named: DataDirectory, around: Surroundings): Promise<DataDirectory> {
  const { data, loads } = await experimentData(experiment, named, around);
  for (const { table, rows_quarantined, quarantine_file } of loads)
    if (rows_quarantined > 0) process.stderr.write(`${table}: ${rows_quarantined} rows in quarantine, see ${quarantine_file}\n`);
  return data;
}

function keepResult({ experiments }: DataDirectory, result: BacktestResult): string {
  const path = join(experiments, `${result.experiment}.backtest.json`);
  mkdirSync(experiments, { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
  return path;
}

/** The drawing library is loaded only here. */
async function keepReport({ experiments }: DataDirectory, result: BacktestResult, { report, lang }: Flags): Promise<string> {
  const path = report ?? join(experiments, `${result.experiment}.report.${lang}.html`);
  const { backtestReport } = await import("../reports/backtest-report.ts");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, backtestReport(result, lang));
  return path;
}

function sayPlan({ fits, missing, seconds }: { fits: number; missing: number; seconds: number }): string {
  if (missing === 0) return `${fits} fits, all of them kept from before`;
  return `${fits} fits, ${missing} of them still to be made: about ${seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`}`;
}

/** A line per split and model, how the models rank, then what could not be tested. */
function describe({ experiment, label, splits, models, results, selection, ablations, skipped }: BacktestResult): string {
  const about = new Map(splits.map((split) => [split.split, split]));
  const rows = results.map(({ split, model, n, metrics, intervals }) => [
    split,
    model,
    String(n),
    percent(about.get(split)?.base_rate),
    number(metrics.auc),
    interval(intervals.auc),
    number(metrics.precision_at_capacity),
    interval(intervals.precision_at_capacity),
    number(metrics.recall_at_capacity),
    number(metrics.ece),
  ]);
  const head = ["split", "model", "households", "base rate", "AUC", "", "precision on the list", "", "recall", "ECE"];
  const chosen = selection.ranking.map(({ model, mean_regret, worst_regret, wins, unmet }) => [
    model,
    number(mean_regret),
    number(worst_regret),
    `${wins} of ${splits.length}`,
    unmet.length === 0 ? (model === selection.chosen ? "chosen" : "") : unmet.map(unmetText).join("; "),
  ]);
  const meanEce = models.filter(({ role }) => role === "candidate").map(({ name }) => `${name} ${number(eceOf(results, name))}`);
  return [
    `${experiment}: ${label}; each window learned from labels known when it began`,
    textTable(head, rows),
    "",
    `By regret (${selection.metric}, ${selection.by}):`,
    textTable(["model", "mean regret", "worst regret", "best in", ""], chosen),
    `ECE over all windows: ${meanEce.join(", ")}`,
    ...ablations.map(
      (each) =>
        `${each.ablation}: AUC ${signed(each.auc)}, precision on the list ${signed(each.precision_at_capacity)} against ${each.model} (higher in ${each.splits_better} of ${each.splits})`,
    ),
    ...skipped.map(({ split, why }) => `${split} not tested: ${why}`),
  ].join("\n");
}

function unmetText(unmet: Unmet): string {
  if (unmet.code === "calibration") return `its calibration error is ${number(unmet.ece)}, over ${unmet.most}`;
  return `behind ${unmet.baseline} in ${unmet.splits.join(", ")}`;
}

/** Mean over the windows, by households. */
function eceOf(results: readonly SplitResult[], name: string): number | null {
  const own = results.filter(({ model, metrics }) => model === name && metrics.ece !== null);
  return own.length === 0 ? null : own.reduce((sum, { metrics, n }) => sum + metrics.ece! * n, 0) / own.reduce((sum, { n }) => sum + n, 0);
}

function number(value: number | null): string {
  return value === null ? "-" : value.toFixed(4);
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(4)}`;
}

function interval(bounds: readonly [number, number] | null | undefined): string {
  return bounds == null ? "" : `${bounds[0].toFixed(3)}-${bounds[1].toFixed(3)}`;
}

function percent(share: number | undefined): string {
  return share === undefined ? "-" : `${(100 * share).toFixed(1)} %`;
}
