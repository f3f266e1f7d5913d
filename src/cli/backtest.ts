import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { type Backtest, backtest } from "../experiments/backtest.ts";
import { readExperiment } from "../experiments/experiment.ts";
import { experimentData } from "../experiments/experiment-data.ts";
import { buildMatrix } from "../experiments/matrix.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, type Register, wholeNumber } from "./command.ts";
import { progressLine } from "./progress.ts";
import { textTable } from "./text-table.ts";

interface Flags extends JsonFlag {
  data?: string;
  threads: string;
}

export const register: Register = (program: Command) => {
  program
    .command("backtest <experiment>")
    .description("each year in turn: learn from what was known when it began, rank its households, and compare with simple rankings")
    .option(
      "--data <dir>",
      "data directory (or ALDYN_DATA; default ./var); an experiment with sources of its own loads them below it, once",
    )
    .option("--threads <n>", "threads for the database", String(availableParallelism()))
    .addOption(jsonOption)
    .action(async (file: string, flags: Flags) => {
      const experiment = readExperiment(file);
      const line = progressLine();
      const around = {
        environment: process.env,
        now: () => new Date(),
        threads: wholeNumber("--threads", flags.threads, 1, 256),
        onProgress: (text: string) => line.show(text),
      };
      const result = await experimentData(experiment, dataDirectory(flags.data), around)
        .then(async ({ data, loads }) => {
          for (const { table, rows_quarantined, quarantine_file } of loads)
            if (rows_quarantined > 0) process.stderr.write(`${table}: ${rows_quarantined} rows in quarantine, see ${quarantine_file}\n`);
          return backtest(experiment, await buildMatrix(experiment, data, around), around.onProgress);
        })
        .finally(() => line.done());
      print(result, flags, () => describe(result));
    });
};

/** A line per year and ranking, then what could not be tested. */
function describe({ experiment, label, splits, years, skipped }: Backtest): string {
  const rows = splits.map(({ year, model, n, auc, precision_at_5, ece }) => {
    const about = years.find((each) => each.year === year);
    return [String(year), model, String(n), percent(about?.base_rate), number(auc), number(precision_at_5), number(ece)];
  });
  return [
    `${experiment}: ${label}; each year learned from labels known when it began`,
    textTable(["year", "ranking", "households", "base rate", "AUC", "precision at 5 %", "ECE"], rows),
    ...skipped.map(({ year, why }) => `${year} not tested: ${why}`),
  ].join("\n");
}

function number(value: number | null): string {
  return value === null ? "-" : value.toFixed(4);
}

function percent(share: number | undefined): string {
  return share === undefined ? "-" : `${(100 * share).toFixed(1)} %`;
}
