import { meaningOf } from "./column.ts";
import { type ContractTable, isNullable, storedName } from "./table.ts";
import { contractTables } from "./tables.ts";

/** Columns that ingest adds to every row: which load brought it and the interval in which it was the register's last word. */
export const historyColumns = [
  ["load_id", "INTEGER NOT NULL", "the load that brought the row"],
  ["superseded_at", "TIMESTAMP", "recorded_at of the row that took its place, or of the snapshot that no longer has it"],
  ["superseded_by_load", "INTEGER", "the load that brought that row"],
  ["replaced_by_load", "INTEGER", "the load from which on a copy with a shorter interval stands for this row (a late row came between)"],
] as const;

/** The `create table` of a contract table. No key or foreign key: ingest keeps them (see docs/architecture.md, decision 3). */
export function createTable(contract: ContractTable): string {
  const columns = Object.entries(contract.columns).map(
    ([name, schema]) => `"${storedName(name, schema)}" ${meaningOf(schema).sql}${isNullable(schema) ? "" : " NOT NULL"}`,
  );
  const history = historyColumns.map(([name, type]) => `${name} ${type}`);
  return `create table if not exists ${contract.name} (\n  ${[...columns, ...history].join(",\n  ")}\n)`;
}

/** DDL of the whole registry. */
export function registryDdl(): string[] {
  return contractTables.map(createTable);
}
