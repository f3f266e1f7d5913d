import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { incomeCsv, incomeTable, load, newBench, read, readParquet, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test("a faulty CSV: each fault is named with its place, the good rows are loaded, nothing is lost", async () => {
  const bench = newBench(root);
  const [report] = await load(bench, projectFile("data-samples/registry-csv/faulty.yaml"));
  expect(report).toMatchObject({ rows_read: 9, rows_accepted: 4, rows_quarantined: 5, rows_unchanged: 0 });
  const refused = await readParquet(report!.quarantine_file as string);
  expect(refused.map(({ line, record, column, reason, value }) => [line, record, column, reason, value])).toEqual([
    [7, null, "type", "the line is not valid text in the source's encoding", null],
    [8, null, "received", "the line has too few columns", null],
    [null, 2, "month", "is not a date (YYYY-MM-DD)", "2025-02-30"],
    [null, 4, "household_id, person_id, month, kind", "says otherwise than record 3, which has the same key and recorded_at", null],
    [null, 5, "kind", "has no place in the value map", "99"],
  ]);
  expect(await read(bench, "select amount_lcu from income order by amount_lcu")).toEqual(
    [70000, 120000, 150000, 182500].map((amount_lcu) => ({ amount_lcu })),
  );
});

test("the sample source: value maps, units and expressions", async () => {
  const bench = newBench(root);
  const reports = await load(bench, projectFile("data-samples/registry-csv/source.yaml"));
  expect(reports.map(({ table, rows_accepted }) => [table, rows_accepted])).toEqual([
    ["household", 6],
    ["person", 8],
    ["income", 6],
  ]);
  expect(await read(bench, "select distinct settlement::varchar as s, dwelling_tenure::varchar as t from household order by s, t")).toEqual(
    [
      { s: "regional_city", t: "owned" },
      { s: "regional_city", t: "rented" },
      { s: "republican_city", t: "mortgaged" },
      { s: "republican_city", t: "rented" },
      { s: "village", t: "owned" },
      { s: "village", t: "relatives" },
    ],
  );
  expect(await read(bench, "select month, kind::varchar as kind, amount_lcu from income order by amount_lcu, month limit 2")).toEqual([
    { month: "2025-02-01", kind: "alimony", amount_lcu: 40_000 },
    { month: "2025-01-01", kind: "pension", amount_lcu: 88_750 },
  ]);
});

test("over the share of bad rows nothing is loaded, and the reasons are named; at the share the good rows go in", async () => {
  const bench = newBench(root);
  const rows = incomeCsv("h1,p1,2025-01-01,100,2025-02-10", "h1,p1,2025-02-01,-5,2025-03-10");
  const source = (max_bad_share: number) => writeSource(bench, "wages", { max_bad_share, tables: [incomeTable()] }, { "income.csv": rows });
  await expect(load(bench, source(0.49))).rejects.toThrow(
    /1 of 2 rows are bad, more than max_bad_share 0.49; nothing was loaded(.|\n)*amount_lcu "-5" is not a number between 0 and 1000000000000 \(first: income.csv record 2\)/,
  );
  expect(await read(bench, "select count(*)::integer as n from income")).toEqual([{ n: 0 }]);
  expect(await read(bench, "select count(*)::integer as n from identity_person")).toEqual([{ n: 0 }]);
  expect((await load(bench, source(0.5)))[0]).toMatchObject({ rows_accepted: 1, rows_quarantined: 1 });
});

test("a required column that the source lacks is named with the nearest it has; a nullable one is a note in the ledger", async () => {
  const bench = newBench(root);
  const file = "household_id,month,amount,recorded_at\nh1,2025-01-01,5,2025-02-01\n";
  const source = (columns: object) => writeSource(bench, "wages", { tables: [incomeTable({ columns })] }, { "income.csv": file });
  await expect(load(bench, source({ kind: "'wage'" }))).rejects.toThrow(
    /income: columns.amount_lcu is needed, and income.csv has no column amount_lcu \(did you mean "amount"\?\)/,
  );
  const [report] = await load(bench, source({ kind: "'wage'", amount_lcu: "amount * 1000" }));
  expect(report?.warnings).toEqual(["unknown, as the source has no such column: person_id"]);
  expect(await read(bench, "select person_key, amount_lcu from income")).toEqual([{ person_key: null, amount_lcu: 5000 }]);
});

test("an unknown place is refused; a value that an expression loses is named, not taken for unknown", async () => {
  const bench = newBench(root);
  const source = writeSource(
    bench,
    "map",
    { max_bad_share: 1, tables: [{ table: "household", files: "h.csv", columns: { members: "try_cast(size as integer) + 0" } }] },
    {
      "h.csv":
        "household_id,area_code,size,recorded_at\nh1,101010000,4,2025-01-01\nh2,999999999,4,2025-01-01\nh3,101010000,four,2025-01-01\n",
    },
  );
  const [report] = await load(bench, source);
  expect((await readParquet(report?.quarantine_file as string)).map(({ record, column, reason }) => [record, column, reason])).toEqual([
    [2, "area_code", "is no known area"],
    [3, "members", "cannot be computed from size"],
  ]);
});

test("what a register says it knew after the day of loading is refused; made-up registers may lie in the future", async () => {
  const rows = incomeCsv("h1,p1,2025-01-01,100,2026-10-02 23:59:59", "h2,p2,2025-01-01,100,2026-10-03", "h3,p3,2025-01-01,100,2036-02-10");
  const loaded = (synthetic: boolean) => {
    const definition = { key: undefined, pseudonymous: true, synthetic, max_bad_share: 1, tables: [incomeTable()] };
    const bench = newBench(root);
    return load(bench, writeSource(bench, "wages", definition, { "income.csv": rows }));
  };
  const [report] = await loaded(false);
  expect(report).toMatchObject({ rows_accepted: 1, rows_quarantined: 2 });
  expect(report?.reasons).toEqual([expect.stringMatching(/^2 x recorded_at "2026-10-03T00:00:00?" is later than the day of loading/)]);
  expect((await loaded(true))[0]).toMatchObject({ rows_accepted: 3, rows_quarantined: 0 });
});
