import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { parseDate } from "../domain/dates.ts";
import { generatePopulation, type RowCounts } from "../synth/generate.ts";
import type { SynthOptions } from "../synth/options.ts";
import { describeFigures, reportPopulation } from "../synth/report.ts";
import { type JsonFlag, jsonOption, print, type Register, wholeNumber } from "./command.ts";
import { progressLine } from "./progress.ts";

interface Flags extends JsonFlag {
  households: string;
  months: string;
  seed: string;
  out: string;
  until: string;
  threads: string;
  partitions: string;
  report?: boolean;
}

export const register: Register = (program: Command) => {
  program
    .command("synth")
    .description("make a synthetic population as contract-shaped Parquet; the same seed gives the same bytes")
    .requiredOption("--households <n>", "households")
    .requiredOption("--months <n>", "months of life")
    .requiredOption("--out <dir>", "directory to write to: <table>/<part>.parquet, sources.yaml, truth/, report.json")
    .option("--seed <n>", "seed", "7")
    .option("--until <date>", "first month that is not made", "2026-10-01")
    .option("--threads <n>", "threads", String(availableParallelism()))
    .option("--partitions <n>", "parts of 25,000 households made at the same time", String(Math.min(2, availableParallelism())))
    .option("--report", "print how the population compares with what it is calibrated to")
    .addOption(jsonOption)
    .action(async (flags: Flags) => {
      const line = progressLine();
      const options: SynthOptions = {
        households: wholeNumber("--households", flags.households, 1, 10_000_000),
        months: wholeNumber("--months", flags.months, 1, 60),
        seed: wholeNumber("--seed", flags.seed, 0),
        until: parseDate(flags.until, "--until"),
        directory: resolve(flags.out),
        threads: wholeNumber("--threads", flags.threads, 1, 256),
        partitions: wholeNumber("--partitions", flags.partitions, 1, 64),
        progress: (done, total) => line.show(`part ${done} of ${total}`),
      };
      const rows = await generatePopulation(options).finally(() => line.done());
      const figures = await reportPopulation(options);
      const result = { directory: options.directory, rows, ...(flags.report === true ? { figures } : {}) };
      print(result, flags, () =>
        [describe(options.directory, rows), ...(flags.report === true ? [describeFigures(figures)] : [])].join("\n\n"),
      );
    });
};

function describe(directory: string, rows: RowCounts): string {
  const counts = Object.entries(rows).map(([table, count]) => `  ${table.padEnd(26)}${count.toLocaleString("en").padStart(14)}`);
  return [`Wrote ${directory}`, ...counts, `Load it: npx aldyn ingest --source ${directory}/sources.yaml`].join("\n");
}
