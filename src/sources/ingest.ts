import { contractTables } from "../contract/tables.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { OpenOptions } from "../warehouse/database.ts";
import { openWarehouseToWrite } from "../warehouse/warehouse.ts";
import { createAreas } from "./areas.ts";
import { type LoadReport, loadTable } from "./load.ts";
import { demoKeyNotice, pseudonymsOf } from "./pseudonym.ts";
import { type Load, withPulled } from "./pull/pull-loads.ts";
import type { Pulled } from "./pull/pulled.ts";
import { readSource } from "./source-file.ts";
import type { Source } from "./source-shapes.ts";

/** What is loaded, where to, and with which reference. */
export interface Ingest {
  data: DataDirectory;
  /** YAML files of sources, or directories that have `sources.yaml`. */
  sources: readonly string[];
  /** A file to read for every table of a source in place of those that its YAML names, by the source's path in `sources`. */
  files?: ReadonlyMap<string, string>;
  /** CSV of the places; read when the warehouse has none. */
  areas: string;
  /** Where timestamps with an offset, or in universal time, are brought to. */
  timeZone: string;
  environment: NodeJS.ProcessEnv;
  now: () => Date;
  database?: Omit<OpenOptions, "mode">;
  /** Told once what people should know before anything is loaded. */
  onNotice?: (words: string) => void;
  /** Told before each pull from a server; those come before all loads. */
  onPull?: (at: { source: string; table: string }) => void;
  /** Told before each load, and after it with its report. */
  onLoad?: (at: { source: string; table: string; done: number; total: number }, report?: LoadReport) => void;
}

/**
 * Loads every table of the sources, tables in the contract's order, each in its own transaction. What servers have is pulled first, all of it, so that
 * the warehouse is held only while rows are written. Returns a report a load.
 */
export async function ingest(ingest: Ingest): Promise<LoadReport[]> {
  const sources = ingest.sources
    .map((path) => withFile(readSource(path), ingest.files?.get(path)))
    .map((source) => ({ source, pseudonyms: pseudonymsOf(source, ingest.environment) }));
  if (sources.some(({ source }) => source.key === "demo")) ingest.onNotice?.(demoKeyNotice);
  const loads: Load[] = sources.flatMap(({ source, pseudonyms }) => source.tables.map((table) => ({ source, pseudonyms, table })));
  const order = (load: Load) => contractTables.findIndex((contract) => contract.name === load.table.table);
  loads.sort((a, b) => order(a) - order(b));
  return withPulled(ingest, loads, (pulled) => loadAll(ingest, loads, pulled));
}

/** Loads what there is, while nobody else may use the warehouse. */
async function loadAll(ingest: Ingest, loads: readonly Load[], pulled: ReadonlyMap<Load, Pulled>): Promise<LoadReport[]> {
  const session = await openWarehouseToWrite(ingest.data, ingest.database);
  try {
    await createAreas(session, ingest.areas);
    await session.run(`set time zone '${ingest.timeZone.replaceAll("'", "''")}'`);
    const reports: LoadReport[] = [];
    for (const [done, load] of loads.entries()) {
      const { source, pseudonyms, table } = load;
      const at = { source: source.source, table: table.table, done, total: loads.length };
      ingest.onLoad?.(at);
      const place = { quarantineDirectory: ingest.data.quarantine, now: ingest.now };
      const report = await loadTable(session, source, table, pseudonyms, place, pulled.get(load));
      ingest.onLoad?.(at, report);
      reports.push(report);
    }
    return reports;
  } finally {
    session.close();
  }
}

function withFile(source: Source, file: string | undefined): Source {
  if (file === undefined) return source;
  return { ...source, tables: source.tables.map((table) => ({ ...table, files: file, postgres: undefined, http: undefined })) };
}
