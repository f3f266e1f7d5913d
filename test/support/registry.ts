import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { meaningOf } from "../../src/contract/column.ts";
import { createTable } from "../../src/contract/ddl.ts";
import { isNullable, storedName } from "../../src/contract/table.ts";
import { contractTable } from "../../src/contract/tables.ts";
import { sha256 } from "../../src/domain/canonical.ts";
import { type DataDirectory, dataDirectory } from "../../src/warehouse/data-directory.ts";
import type { Session } from "../../src/warehouse/session.ts";
import { identifier } from "../../src/warehouse/session.ts";
import { bucketCount, keysPerBucket, openWarehouseToWrite } from "../../src/warehouse/warehouse.ts";

/** A row of a contract table as a test writes it: ids are any short names, missing nullable columns are unknown, `recorded_at` may be a date. */
export type TestRow = Record<string, string | number | boolean | null>;
export interface TestCoverage {
  table: string;
  name?: string;
  area?: string;
  from: string;
  until: string;
  completeThrough?: string;
  lagDays?: number;
  byRow?: boolean;
  load_id?: number;
}

/** A temporary directory, removed when the test file ends. */
export function temporaryDirectory(onEnd: (work: () => void) => void): string {
  const directory = mkdtempSync(join(tmpdir(), "aldyn-test-"));
  onEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The pseudonym that the test registry gives a short name. */
export function pseudonym(name: string): string {
  return sha256(name).slice(0, 32);
}

/** Writes a warehouse from literal rows, without ingest. Rows take `load_id` 1 unless they say otherwise; households get keys by their bucket. */
export async function writeRegistry(
  root: string,
  tables: Record<string, TestRow[]>,
  coverage: TestCoverage[] = [],
): Promise<DataDirectory> {
  const data = dataDirectory(root);
  const session = await openWarehouseToWrite(data);
  try {
    const keys = { household: new Map<string, number>(), person: new Map<string, number>() };
    for (const [name, rows] of Object.entries(tables)) await insertRows(session, name, rows, keys);
    for (const [kind, byName] of Object.entries(keys))
      for (const [name, key] of byName)
        await session.run(`insert into identity_${kind} values ($key, $id, 1)`, { key, id: pseudonym(name) });
    for (const each of coverage)
      await session.run(
        "insert into coverage values ($load, $table, $name, $area, $from::date, $until::date, $through::date, $lag, $byRow)",
        {
          load: each.load_id ?? 1,
          table: each.table,
          name: each.name ?? "",
          area: each.area ?? "",
          from: each.from,
          until: each.until,
          through: each.completeThrough ?? each.until,
          lag: each.lagDays ?? 0,
          byRow: each.byRow ?? false,
        },
      );
  } finally {
    session.close();
  }
  return data;
}

/** Enters a load of made-up rows in the warehouse's ledger of loads: what a run's inputs are. */
export async function enterLoad(data: DataDirectory, contentHash = ""): Promise<void> {
  const session = await openWarehouseToWrite(data);
  await session.run(
    `insert into load by name select coalesce(max(load_id), 0) + 1 as load_id, 'test' as source, 'household' as table_name,
       $hash as content_hash, [] as files, true as synthetic, timestamp '2026-01-01' as loaded_at, 0 as seconds, 0 as rows_read,
       0 as rows_accepted, 0 as rows_quarantined, 0 as rows_unchanged, 0 as rows_superseding, 0 as rows_retracted, [] as warnings from load`,
    { hash: contentHash },
  );
  session.close();
}

async function insertRows(
  session: Session,
  name: string,
  rows: TestRow[],
  keys: Record<"household" | "person", Map<string, number>>,
): Promise<void> {
  const contract = contractTable(name);
  if (contract === undefined) throw new Error(`no contract table ${name}`);
  await session.run(createTable(contract));
  for (const row of rows) {
    const stored: TestRow = { source: "test", load_id: 1, ...row };
    for (const [column, schema] of Object.entries(contract.columns)) {
      const kind = meaningOf(schema).identifier;
      const given = stored[column];
      if (kind !== undefined && column in stored) {
        delete stored[column];
        stored[storedName(column, schema)] = given === null || given === undefined ? null : keyOf(String(given), kind, keys[kind]);
      } else if (given === undefined && !isNullable(schema)) throw new Error(`${name}: ${column} is missing in ${JSON.stringify(row)}`);
    }
    const names = Object.keys(stored);
    await session.run(
      `insert into ${name} (${names.map(identifier).join(", ")}) values (${names.map((each) => `$${each}`).join(", ")})`,
      stored,
    );
  }
}

function keyOf(name: string, kind: "household" | "person", known: Map<string, number>): number {
  const found = known.get(name);
  if (found !== undefined) return found;
  const bucket = Number.parseInt(pseudonym(name).slice(0, 2), 16) >> 2;
  const key = kind === "household" ? (bucket % bucketCount) * keysPerBucket + known.size : known.size;
  known.set(name, key);
  return key;
}
