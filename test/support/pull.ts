import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { openDatabase } from "../../src/warehouse/database.ts";
import type { Row } from "../../src/warehouse/values.ts";
import { type Bench, read, writeSource } from "./ingest.ts";
import type { TestPopulation } from "./population.ts";
import type { TestPostgres } from "./postgres.ts";

/** A row of the register's income. */
export interface IncomeRow {
  household_id: string;
  person_id: string | null;
  month: string;
  kind: string;
  amount_lcu: number;
  recorded_at: string;
}

const incomeColumns = "family_no text, iin text, month date, kind text, amount_lcu bigint, recorded_at timestamp";

/** A client that says dates as they are. */
export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, types: { getTypeParser: () => (text: string) => text } as pg.CustomTypesConfig });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** A database with an income register, empty. */
export async function incomeRegister(postgres: TestPostgres, name: string): Promise<{ url: string; client: pg.Client }> {
  const url = await postgres.database(name);
  const client = await connected(url);
  await client.query(`create schema registry; create sequence registry.ticket; create table registry.income (${incomeColumns})`);
  return { url, client };
}

/** Adds rows, in the transaction that is open or in one of their own. */
export async function addIncome(client: pg.Client, rows: readonly IncomeRow[]): Promise<void> {
  await client.query(
    `insert into registry.income
     select household_id, person_id, month, kind, amount_lcu, recorded_at
     from json_to_recordset($1) as r(household_id text, person_id text, month date, kind text, amount_lcu bigint, recorded_at timestamp)`,
    [JSON.stringify(rows)],
  );
}

/** The income of a population, in the order of when it was recorded. */
export function incomeOf(population: TestPopulation): Promise<(IncomeRow & Row)[]> {
  return population.rows(
    `select household_id, person_id, month::varchar as month, kind, amount_lcu, recorded_at::varchar as recorded_at
     from {income} order by recorded_at, household_id, person_id, month, kind`,
  );
}

/** A source that pulls that register. The address stands in a file. */
export function incomeSource(bench: Bench, url: string, postgres: object = {}, extra: object = {}): string {
  writeFileSync(join(bench.directory, "address"), url);
  const table = {
    table: "income",
    postgres: { table: "registry.income", ...postgres },
    columns: { household_id: "family_no", person_id: "iin" },
    covers: [{ from: "2025-01-01", until: "2026-01-01" }],
  };
  return writeSource(bench, "incomes", { postgres: { url_file: "address" }, tables: [table], ...extra });
}

/** What stands in the warehouse by what it says, without numbers of loads and keys: equal for equal registers, however they were pulled. */
export async function incomeKnown(bench: Bench): Promise<Row[]> {
  return read(
    bench,
    `select household_id, person_id, month::varchar as month, kind::varchar as kind, amount_lcu, recorded_at::varchar as recorded_at,
       superseded_at::varchar as superseded_at
     from income join identity_household using (household_key) left join identity_person using (person_key)
     where replaced_by_load is null
     order by all`,
  );
}

/** Ordered content of all that a pull writes, times apart; undefined when there is no warehouse. */
export async function pulledContents(bench: Bench): Promise<Record<string, Row[]> | undefined> {
  if (!existsSync(bench.data.warehouse)) return undefined;
  const digest = (table: string) =>
    `select count(*)::integer as n, md5(string_agg(t::varchar, ';' order by t::varchar)) as hash from ${table} as t`;
  return {
    income: await read(bench, digest("income")),
    household: await read(bench, digest("identity_household")),
    person: await read(bench, digest("identity_person")),
    coverage: await read(bench, digest("coverage")),
    load: await read(
      bench,
      "select load_id, content_hash, rows_read, rows_accepted, rows_superseding, rows_unchanged from load order by load_id",
    ),
    pull: await read(bench, "select table_name, definition, is_full, watermark, rows_read, load_id from pull order by rowid"),
  };
}

/** Writes the register as a Parquet file. */
export async function writeIncome(path: string, rows: readonly IncomeRow[]): Promise<void> {
  const session = await openDatabase(":memory:", { mode: "write" });
  writeFileSync(
    `${path}.json`,
    JSON.stringify(rows.map(({ household_id, person_id, ...row }) => ({ family_no: household_id, iin: person_id, ...row }))),
  );
  await session.copyToParquet(`select * from read_json_auto('${path}.json') order by all`, path);
  session.close();
}
