import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { ingest } from "../sources/ingest.ts";
import type { LoadReport } from "../sources/load.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, type Register, wholeNumber } from "./command.ts";
import { progressLine } from "./progress.ts";

interface Flags extends JsonFlag {
  source: string[];
  data?: string;
  deployment: string;
  threads?: string;
  memoryLimit?: string;
}

export const register: Register = (program: Command) => {
  program
    .command("ingest")
    .description("load registers into the warehouse: identifiers become pseudonyms, bad rows go to quarantine, nothing is overwritten")
    .option(
      "--source <file>",
      "a source's YAML file, or a directory with sources.yaml; may be repeated",
      (path, paths: string[]) => [...paths, path],
      [],
    )
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .option("--deployment <file>", "deployment file", projectFile("models/deployment.yaml"))
    .option("--threads <n>", "threads for the database")
    .option("--memory-limit <size>", "memory for the database, for example 3GB")
    .addOption(jsonOption)
    .action(run);
};

async function run(flags: Flags): Promise<void> {
  if (flags.source.length === 0)
    throw new UserError("no_source", "name what to load: npx aldyn ingest --source FILE.yaml (or a directory with sources.yaml)", {
      exitCode: 2,
    });
  const deployment = readDeployment(flags.deployment);
  const progress = progressLine();
  const reports = await ingest({
    data: dataDirectory(flags.data),
    sources: flags.source,
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: process.env,
    now: () => new Date(),
    database: {
      memoryLimit: flags.memoryLimit,
      threads: flags.threads === undefined ? undefined : wholeNumber("--threads", flags.threads, 1, 256),
      onWait: (holder) => progress.show(`waiting for the warehouse, held by ${holder}`),
    },
    onNotice: (words) => process.stderr.write(`${words}\n`),
    onPull: ({ source, table }) => progress.show(`pulling ${source}: ${table}`),
    onLoad: ({ source, table, done, total }, report) => {
      if (report === undefined) progress.show(`[${done + 1}/${total}] ${source}: ${table}`);
    },
  }).finally(() => progress.done());
  print(reports, flags, () => reports.map(sentence).join("\n"));
}

function sentence(report: LoadReport): string {
  if (report.already_loaded) return `${report.source}: ${report.table}: already loaded as load ${report.load_id}; nothing changed`;
  const counts = [
    `${report.rows_accepted} of ${report.rows_read} rows loaded`,
    ...(report.rows_unchanged > 0 ? [`${report.rows_unchanged} unchanged`] : []),
    ...(report.rows_superseding > 0 ? [`${report.rows_superseding} earlier rows superseded`] : []),
    ...(report.rows_retracted > 0 ? [`${report.rows_retracted} retracted`] : []),
    ...(report.rows_quarantined > 0 ? [`${report.rows_quarantined} in quarantine`] : []),
  ];
  const details = [
    ...report.reasons.map((reason) => `\n    ${reason}`),
    ...(report.quarantine_file === null ? [] : [`\n    all of them: ${report.quarantine_file}`]),
    ...report.warnings.map((warning) => `\n    note: ${warning}`),
  ];
  return `${report.source}: ${report.table}: load ${report.load_id}: ${counts.join(", ")} (${report.seconds.toFixed(1)} s)${details.join("")}`;
}
