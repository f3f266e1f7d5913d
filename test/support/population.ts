import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generatePopulation } from "../../src/synth/generate.ts";
import type { SynthOptions } from "../../src/synth/options.ts";
import { openDatabase } from "../../src/warehouse/database.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";

/** A small population, and a way to ask its files. */
export interface TestPopulation {
  directory: string;
  /** Rows of a query in which `{table}` stands for a table's Parquet files. */
  rows<T extends Row>(sql: string): Promise<T[]>;
  close(): void;
}

/** Makes a population in `directory`; 2,000 households over two years unless said otherwise. */
export async function makePopulation(directory: string, options: Partial<SynthOptions> = {}): Promise<TestPopulation> {
  await generatePopulation({
    households: 2000,
    months: 24,
    seed: 7,
    until: "2026-10-01",
    threads: 2,
    partitions: 1,
    ...options,
    directory,
  });
  const session: Session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  return {
    directory,
    rows: <T extends Row>(sql: string) =>
      session.rows<T>(sql.replaceAll(/\{([a-z_/]+)\}/g, (_, table: string) => `read_parquet('${join(directory, table, "*.parquet")}')`)),
    close: () => session.close(),
  };
}

/** SHA-256 of every file of a directory, by path. */
export function fileHashes(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(directory.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}
