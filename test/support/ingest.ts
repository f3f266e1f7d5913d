import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Ingest, ingest } from "../../src/sources/ingest.ts";
import type { LoadReport } from "../../src/sources/load.ts";
import { type DataDirectory, dataDirectory } from "../../src/warehouse/data-directory.ts";
import { openDatabase } from "../../src/warehouse/database.ts";
import type { Row } from "../../src/warehouse/values.ts";

/** A data directory and a place for source files, below a temporary directory. */
export interface Bench {
  data: DataDirectory;
  directory: string;
}

let benches = 0;

/** A new, empty bench. */
export function newBench(root: string): Bench {
  const directory = join(root, `bench-${benches++}`);
  mkdirSync(directory, { recursive: true });
  return { data: dataDirectory(join(directory, "data")), directory };
}

/** Writes files and a source's definition beside them, of made-up people if nothing else is said. Returns the definition's path. */
export function writeSource(bench: Bench, name: string, definition: object, files: Record<string, string | Uint8Array> = {}): string {
  for (const [file, content] of Object.entries(files)) writeFileSync(join(bench.directory, file), content);
  const path = join(bench.directory, `${name}.yaml`);
  writeFileSync(path, stringify({ source: name, synthetic: true, key: "demo", ...definition }));
  return path;
}

/** The table of a source that brings wages from `income.csv`. */
export function incomeTable(extra: object = {}): object {
  return { table: "income", files: "income.csv", columns: { kind: "'wage'", person_id: "person" }, ...extra };
}

/** Its file: lines of household, person, month, amount and when the register knew. */
export function incomeCsv(...lines: string[]): string {
  return `${["household_id,person,month,amount_lcu,recorded_at", ...lines].join("\n")}\n`;
}

/** Loads sources as the command does, with a few places. */
export function load(bench: Bench, sources: string | string[], options: Partial<Ingest> = {}): Promise<LoadReport[]> {
  return loadWithPlaces(bench.data, writePlaces(bench), sources, options);
}

/** Loads sources with the places of a file. */
export function loadWithPlaces(
  data: DataDirectory,
  areas: string,
  sources: string | string[],
  options: Partial<Ingest> = {},
): Promise<LoadReport[]> {
  const now = () => new Date("2026-10-01T00:00:00Z");
  return ingest({ data, areas, sources: [sources].flat(), timeZone: "Asia/Almaty", environment: {}, now, ...options });
}

/** Rows of the warehouse. */
export async function read(bench: Bench, sql: string): Promise<Row[]> {
  const session = await openDatabase(bench.data.warehouse, { mode: "read" });
  try {
    return await session.rows(sql);
  } finally {
    session.close();
  }
}

/** Rows of a quarantine file. */
export async function readParquet(path: string): Promise<Row[]> {
  const session = await openDatabase(":memory:", { mode: "write" });
  try {
    return await session.rows("select * from read_parquet($path)", { path });
  } finally {
    session.close();
  }
}

/** Writes a file of a few places. */
export function writePlaces(bench: Bench): string {
  const file = join(bench.directory, "places.csv");
  const codes = ["101010000", "103200000", "750000000"];
  writeFileSync(file, `area_code,level,name_ru,name_kk\n${codes.map((code) => `${code},settlement,место,жер\n`).join("")}`);
  return file;
}
