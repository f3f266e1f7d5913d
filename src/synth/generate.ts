import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { contractTables } from "../contract/tables.ts";
import { sha256 } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { openDatabase } from "../warehouse/database.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { checkUntil, householdsPerPart, monthNumber, type SynthOptions } from "./options.ts";
import { createReference } from "./reference.ts";
import { writeSources } from "./source-definition.ts";
import { tellStory } from "./story.ts";

/** What never reaches a register: for the report and for tests. */
const truthTables = ["household_quarter", "trouble"] as const;

/** Rows written by table. */
export type RowCounts = Record<string, number>;

interface Output {
  table: string;
  directory: string;
  select: string;
}

/** Makes a population and writes it as `directory/<table>/<part>.parquet`, with `sources.yaml` to ingest it by. */
export async function generatePopulation(options: SynthOptions): Promise<RowCounts> {
  checkUntil(options.until);
  const outputs = wantedOutputs(options);
  refuseForeignDirectory(options.directory, outputs);
  for (const { directory } of outputs) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
  }
  const parts = Math.ceil(options.households / householdsPerPart);
  const lanes = Math.min(options.partitions, parts);
  const counts: RowCounts = {};
  let [next, done] = [0, 0];
  const threads = Math.max(1, Math.floor(options.threads / lanes));
  const lane = async (isFirst: boolean) => {
    const session = await openDatabase(":memory:", { mode: "write", threads });
    try {
      await createReference(session, options);
      if (isFirst) await writeSources(session, options);
      for (let part = next++; part < parts; part = next++) {
        await writePart(session, options, part, outputs, counts);
        options.progress?.(++done, parts);
      }
    } finally {
      session.close();
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index === 0)));
  return Object.fromEntries(Object.entries(counts).sort());
}

/** Refuses to write over directories that are not known to be an earlier population's: what stands in them would be lost. */
function refuseForeignDirectory(directory: string, outputs: readonly Output[]): void {
  const fail = (what: string) => {
    throw new UserError("foreign_directory", `--out ${directory} ${what}; name a new directory`, { exitCode: 2 });
  };
  if ([projectFile(""), "."].some((place) => resolve(place) === resolve(directory))) fail("is where you stand or where Aldyn itself is");
  const sources = join(directory, "sources.yaml");
  if (existsSync(sources) && readFileSync(sources, "utf8").includes("synthetic: true")) return;
  const full = outputs.find((output) => existsSync(output.directory) && readdirSync(output.directory).some((file) => !isPart.test(file)));
  if (full !== undefined) fail(`has ${full.table}/, which holds files that no population wrote`);
}

/** A part of a population, whole or half written. */
const isPart = /^\d{4}\.parquet(\.partial)?$/;

function wantedOutputs({ directory, tables }: SynthOptions): Output[] {
  const read = (path: string) => readFileSync(projectFile(`sql/synth/${path}.sql`), "utf8");
  const contract = contractTables.map(({ name }) => ({
    table: name,
    directory: join(directory, name),
    select: read(`tables/${name}`),
  }));
  const truth = truthTables.map((name) => ({
    table: `truth/${name}`,
    directory: join(directory, "truth", name),
    select: read(`truth/${name}`),
  }));
  return [...contract, ...truth].filter(({ table }) => tables === undefined || tables.includes(table));
}

async function writePart(
  session: Session,
  options: SynthOptions,
  part: number,
  outputs: readonly Output[],
  counts: RowCounts,
): Promise<void> {
  const untilNo = monthNumber(options.until);
  const parameters: Parameters = {
    seed_chance: Number.parseInt(sha256(`population ${options.seed}`).slice(0, 8), 16),
    first_household: part * householdsPerPart,
    last_household: Math.min(options.households, (part + 1) * householdsPerPart),
    start_no: untilNo - options.months,
    until_no: untilNo,
  };
  await tellStory(session, parameters);
  for (const { table, directory, select } of outputs) {
    const file = join(directory, `${String(part).padStart(4, "0")}.parquet`);
    counts[table] = (counts[table] ?? 0) + (await session.copyToParquet(select, file, parameters));
  }
}
