import { createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { RecordBatchStreamWriter, type Table, tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "../src/warehouse/database.ts";
import { type Bench, load, newBench, read, readParquet, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const households = 9000;

interface Columns {
  household_id: string[];
  month: Date[];
  amount_lcu: (number | null)[];
  recorded_at: string[];
}

/** More rows than one part of a reading; one is bad. */
const columns: Columns = {
  household_id: Array.from({ length: households }, (_, row) => `h${row}`),
  month: Array.from({ length: households }, (_, row) => new Date(Date.UTC(2025, row % 12, 1))),
  amount_lcu: Array.from({ length: households }, (_, row) => (row === 8345 ? null : row)),
  recorded_at: Array.from({ length: households }, () => "2026-01-01T10:00:00"),
};

const table = (files: string) => ({ table: "income", files, columns: { kind: "'wage'" } });

async function loaded(bench: Bench, files: string) {
  const [report] = await load(bench, writeSource(bench, "wages", { tables: [table(files)] }));
  const rows = await read(
    bench,
    "select count(*)::integer as n, md5(string_agg(i::varchar, ';' order by i::varchar)) as hash from income as i",
  );
  const refused = await readParquet(report?.quarantine_file as string);
  return { rows, refused: refused.map(({ record, line, column, reason }) => [record, line, column, reason]) };
}

function writeArrowTable(): Table {
  return tableFromArrays(columns as unknown as Record<string, unknown[]>);
}

test("the same rows as CSV, Parquet, JSON lines and Arrow, in a file or a stream, make the same table", async () => {
  const bench = () => newBench(root);
  const csvBench = bench();
  const lines = columns.household_id.map((id, row) => [
    id,
    columns.month[row]?.toISOString().slice(0, 10),
    columns.amount_lcu[row],
    columns.recorded_at[row],
  ]);
  writeFileSync(join(csvBench.directory, "rows.csv"), [Object.keys(columns).join(","), ...lines.map((line) => line.join(","))].join("\n"));
  const fromCsv = await loaded(csvBench, "rows.csv");
  expect(fromCsv.rows[0]?.n).toBe(households - 1);
  expect(fromCsv.refused).toEqual([[8346, null, "amount_lcu", "is missing"]]);

  const parquetBench = bench();
  const session = await openDatabase(":memory:", { mode: "write" });
  const csv = join(csvBench.directory, "rows.csv");
  await session.copyToParquet(
    `select * replace (month::date as month, recorded_at::timestamp as recorded_at) from read_csv('${csv}', all_varchar = true)`,
    join(parquetBench.directory, "rows.parquet"),
  );
  session.close();
  expect(await loaded(parquetBench, "*.parquet")).toEqual(fromCsv);

  const jsonBench = bench();
  const objects = lines.map(([household_id, month, amount_lcu, recorded_at]) =>
    JSON.stringify({ household_id, month, amount_lcu, recorded_at }),
  );
  writeFileSync(join(jsonBench.directory, "rows.jsonl"), objects.join("\n"));
  expect(await loaded(jsonBench, "rows.jsonl")).toEqual(fromCsv);

  const fileBench = bench();
  writeFileSync(join(fileBench.directory, "rows.arrow"), tableToIPC(writeArrowTable(), "file"));
  expect(await loaded(fileBench, "rows.arrow")).toEqual(fromCsv);

  const streamBench = bench();
  const stream = createWriteStream(join(streamBench.directory, "rows.arrows"));
  RecordBatchStreamWriter.writeAll(writeArrowTable()).toNodeStream().pipe(stream);
  await finished(stream);
  expect(await loaded(streamBench, "rows.arrows")).toEqual(fromCsv);
});

test("broken JSON lines are named by their line, and the rest is loaded", async () => {
  const bench = newBench(root);
  const row = (id: string) => JSON.stringify({ household_id: id, month: "2025-01-01", amount_lcu: 5, recorded_at: "2025-02-01" });
  const source = writeSource(
    bench,
    "wages",
    { max_bad_share: 1, tables: [table("rows.jsonl")] },
    {
      "rows.jsonl": Buffer.concat([
        Buffer.from(`${row("h1")}\n{"household_id": \n\n[1]\n`),
        Buffer.from([0xff, 0xfe, 0x0a]),
        Buffer.from(row("h2")),
      ]),
    },
  );
  const [report] = await load(bench, source);
  expect(report).toMatchObject({ rows_accepted: 2, rows_quarantined: 3 });
  const refused = await readParquet(report?.quarantine_file as string);
  expect(refused.map(({ line, reason }) => [line, reason])).toEqual([
    [2, "the line is not a JSON object"],
    [4, "the line is not a JSON object"],
    [5, "the line is not valid text in the source's encoding"],
  ]);
});

test("a quote that is never closed is named with the lines it swallows, and records after it keep their numbers", async () => {
  const bench = newBench(root);
  const lines = [
    "household_id,month,amount_lcu,recorded_at",
    "h1,2025-01-01,1,2025-02-01",
    '"h2,2025-01-01,1,2025-02-01',
    'h3,"x,2025-01-01,1,2025-02-01',
    "h4,2025-01-32,1,2025-02-01",
  ];
  const [report] = await load(
    bench,
    writeSource(bench, "wages", { max_bad_share: 1, tables: [table("rows.csv")] }, { "rows.csv": lines.join("\n") }),
  );
  const refused = await readParquet(report?.quarantine_file as string);
  const said = refused.map(({ line, record, reason }) => `${line ?? `record ${record}`}: ${reason}`);
  expect(said.join("\n")).toMatch(/quote/);
  expect((report?.rows_accepted ?? 0) + (report?.rows_quarantined ?? 0)).toBe(report?.rows_read);
  expect(report?.rows_accepted).toBe(1);
});
