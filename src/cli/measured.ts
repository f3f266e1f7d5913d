import type { Command } from "commander";
import { parseDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { measureProgramme } from "../indicators/measure.ts";
import { type Deployment, readDeployment } from "../parameters/deployment.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { type JsonFlag, jsonOption } from "./command.ts";
import { runSettings } from "./options.ts";
import { progressLine } from "./progress.ts";

/** What commands that measure the programme on a date are given. */
export interface MeasuredFlags extends JsonFlag {
  asOf: string;
  area: string;
  lang: string;
  data?: string;
  deployment: string;
  threads: string;
  memoryLimit?: string;
}

export function withMeasuredOptions(command: Command, threads: string): Command {
  return command
    .requiredOption("--as-of <date>", "the day: nothing recorded on it or later counts")
    .option("--area <kato>", "KATO code of a region or district, or its leading digits; the whole country when absent", "")
    .option("--lang <language>", languages.join(", "), "ru")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .option("--deployment <file>", "deployment file", projectFile("models/deployment.yaml"))
    .option("--threads <n>", "threads for the database", threads)
    .option("--memory-limit <size>", "memory for the database, for example 3GB")
    .addOption(jsonOption);
}

/** Measures the programme on the day asked for, over all that is loaded, and works with the tables. */
export async function withMeasured<T>(
  flags: MeasuredFlags,
  months: number,
  work: (session: Session, deployment: Deployment) => Promise<T>,
): Promise<T> {
  const asOf = parseDate(flags.asOf, "--as-of");
  const deployment = readDeployment(flags.deployment);
  const { threads, memoryLimit } = runSettings({ ...flags, partitions: "1" });
  const line = progressLine();
  const session = await openKnown(dataDirectory(flags.data), { threads, memoryLimit });
  try {
    const snapshot = await session.value<number | null>("select max(load_id) from load");
    if (snapshot === null)
      throw new UserError("empty_warehouse", "nothing has been loaded yet; load data first: npx aldyn ingest --source FILE.yaml");
    const progress = (done: number, total: number) => line.show(`measuring ${done + 1} of ${total}`);
    await measureProgramme(session, deployment, { asOf, snapshot, months, progress });
    line.done();
    return await work(session, deployment);
  } finally {
    line.done();
    session.close();
  }
}
