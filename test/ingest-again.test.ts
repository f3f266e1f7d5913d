import { afterAll, expect, test } from "vitest";
import { incomeCsv, incomeTable, load, newBench, read, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test("loading the same thing twice changes nothing, also from other file names", async () => {
  const bench = newBench(root);
  const file = incomeCsv("h1,p1,2025-01-01,100,2025-02-10");
  const source = writeSource(bench, "wages", { tables: [incomeTable()] }, { "income.csv": file });
  await load(bench, source);
  const before = await read(bench, "select * from income");
  const [again] = await load(bench, source);
  expect(again).toMatchObject({ already_loaded: true, load_id: 1, rows_accepted: 0 });
  const moved = writeSource(bench, "wages", { tables: [incomeTable({ files: "other.csv" })] }, { "other.csv": file });
  expect((await load(bench, moved))[0]).toMatchObject({ already_loaded: true, load_id: 1 });
  expect(await read(bench, "select * from income")).toEqual(before);
  expect(await read(bench, "select load_id from load")).toEqual([{ load_id: 1 }]);
});

test("rows that are known already are unchanged; only new ones are added", async () => {
  const bench = newBench(root);
  const january = "h1,p1,2025-01-01,100,2025-02-10";
  await load(bench, writeSource(bench, "wages", { tables: [incomeTable()] }, { "income.csv": incomeCsv(january) }));
  const [report] = await load(
    bench,
    writeSource(bench, "wages", { tables: [incomeTable()] }, { "income.csv": incomeCsv(january, "h1,p1,2025-02-01,110,2025-03-10") }),
  );
  expect(report).toMatchObject({ rows_read: 2, rows_accepted: 1, rows_unchanged: 1, rows_superseding: 0 });
});

test("an append-only source that says otherwise of a known key is refused; the same again is unchanged", async () => {
  const bench = newBench(root);
  const table = incomeTable({ mode: "append" });
  const one = { max_bad_share: 1, tables: [table] };
  await load(bench, writeSource(bench, "wages", one, { "income.csv": incomeCsv("h1,p1,2025-01-01,100,2025-02-10") }));
  const [report] = await load(
    bench,
    writeSource(bench, "wages", one, {
      "income.csv": incomeCsv("h1,p1,2025-01-01,200,2025-03-10", "h1,p1,2025-01-01,100,2025-03-11", "h2,p2,2025-01-01,50,2025-02-10"),
    }),
  );
  expect(report).toMatchObject({ rows_accepted: 1, rows_unchanged: 1, rows_quarantined: 1 });
  expect(report?.reasons[0]).toMatch(/append-only|says otherwise/);
});

test("a snapshot retracts what it no longer has, within what it covers, and leaves older runs as they were", async () => {
  const bench = newBench(root);
  const households = (lines: string[]) => `household_id,area_code\n${lines.join("\n")}\n`;
  const table = (recorded_at: string) => ({
    ...{ table: "household", files: "households.csv", mode: "snapshot", recorded_at },
    covers: [{ areas: ["10"], from: "2025-01-01", until: "2025-12-01" }],
  });
  const snapshot = (taken: string, lines: string[]) =>
    load(bench, writeSource(bench, "map", { tables: [table(taken)] }, { "households.csv": households(lines) }));
  await snapshot("2025-01-31", ["h1,101010000", "h2,101010000", "h3,750000000"]);
  const [report] = await snapshot("2025-02-28", ["h1,101010000"]);
  expect(report).toMatchObject({ rows_accepted: 0, rows_unchanged: 1, rows_retracted: 1 });
  expect(await read(bench, "select area_code, superseded_at, superseded_by_load from household where superseded_at is not null")).toEqual([
    { area_code: "101010000", superseded_at: "2025-02-28T00:00:00", superseded_by_load: 2 },
  ]);
  await expect(snapshot("2025-02-01", ["h2,101010000"])).rejects.toThrow(/older than what is loaded/);
});
