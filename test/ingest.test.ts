import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256 } from "../src/domain/canonical.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { load, newBench, read, readParquet, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const incomeColumns = { kind: "'wage'", person_id: "person" };
const incomeTable = (extra: object = {}) => ({ table: "income", files: "income.csv", columns: incomeColumns, ...extra });
const header = "household_id,person,month,amount_lcu,recorded_at";
const csv = (...lines: string[]) => `${[header, ...lines].join("\n")}\n`;

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

test("loading the same thing twice changes nothing, also from other file names", async () => {
  const bench = newBench(root);
  const file = csv("h1,p1,2025-01-01,100,2025-02-10");
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
  await load(bench, writeSource(bench, "wages", { tables: [incomeTable()] }, { "income.csv": csv(january) }));
  const [report] = await load(
    bench,
    writeSource(bench, "wages", { tables: [incomeTable()] }, { "income.csv": csv(january, "h1,p1,2025-02-01,110,2025-03-10") }),
  );
  expect(report).toMatchObject({ rows_read: 2, rows_accepted: 1, rows_unchanged: 1, rows_superseding: 0 });
});

test("over the share of bad rows nothing is loaded, and the reasons are named; at the share the good rows go in", async () => {
  const bench = newBench(root);
  const rows = csv("h1,p1,2025-01-01,100,2025-02-10", "h1,p1,2025-02-01,-5,2025-03-10");
  const source = (max_bad_share: number) => writeSource(bench, "wages", { max_bad_share, tables: [incomeTable()] }, { "income.csv": rows });
  await expect(load(bench, source(0.49))).rejects.toThrow(
    /1 of 2 rows are bad, more than max_bad_share 0.49; nothing was loaded(.|\n)*amount_lcu "-5" is not a number between 0 and 1000000000000 \(first: income.csv record 2\)/,
  );
  expect(await read(bench, "select count(*)::integer as n from income")).toEqual([{ n: 0 }]);
  expect(await read(bench, "select count(*)::integer as n from identity_person")).toEqual([{ n: 0 }]);
  expect((await load(bench, source(0.5)))[0]).toMatchObject({ rows_accepted: 1, rows_quarantined: 1 });
});

test("an append-only source that says otherwise of a known key is refused; the same again is unchanged", async () => {
  const bench = newBench(root);
  const table = incomeTable({ mode: "append" });
  const one = { max_bad_share: 1, tables: [table] };
  await load(bench, writeSource(bench, "wages", one, { "income.csv": csv("h1,p1,2025-01-01,100,2025-02-10") }));
  const [report] = await load(
    bench,
    writeSource(bench, "wages", one, {
      "income.csv": csv("h1,p1,2025-01-01,200,2025-03-10", "h1,p1,2025-01-01,100,2025-03-11", "h2,p2,2025-01-01,50,2025-02-10"),
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

test("pseudonyms are HMAC-SHA-256 cut to 128 bits, apart for persons and households, and keys follow their order", async () => {
  const bench = newBench(root);
  const key = "0f".repeat(32);
  const source = writeSource(
    bench,
    "wages",
    { key: undefined, tables: [incomeTable()] },
    { "income.csv": csv("7, 7 ,2025-01-01,100,2025-02-10", "8,9,2025-01-01,100,2025-02-10") },
  );
  await expect(load(bench, source)).rejects.toThrow(/ALDYN_PSEUDONYM_KEY is not set\. .*openssl rand -hex 32/);
  await load(bench, source, { environment: { ALDYN_PSEUDONYM_KEY: key } });
  const hmac = (text: string) => createHmac("sha256", Buffer.from(key, "hex")).update(text).digest("hex").slice(0, 32);
  expect(await read(bench, "select person_key, person_id from identity_person order by person_key")).toEqual(
    [hmac("person:7"), hmac("person:9")].sort().map((person_id, person_key) => ({ person_key, person_id })),
  );
  const ids = [hmac("household:7"), hmac("household:8")].sort();
  const bucketOf = (id: string) => Number.parseInt(id.slice(0, 2), 16) >> 2;
  expect(await read(bench, "select household_key, household_id from identity_household order by household_id")).toEqual(
    ids.map((household_id, index) => ({
      household_key: bucketOf(household_id) * 2 ** 25 + (index === 1 && bucketOf(ids[0]!) === bucketOf(ids[1]!) ? 1 : 0),
      household_id,
    })),
  );
});

test("the public key of demonstrations is refused for real people, and said aloud for made-up ones", async () => {
  const bench = newBench(root);
  const file = { "income.csv": csv("h1,p1,2025-01-01,100,2025-02-10") };
  const real = writeSource(bench, "wages", { synthetic: false, tables: [incomeTable()] }, file);
  await expect(load(bench, real)).rejects.toThrow(/wages\.yaml: key: demo is public.*set ALDYN_PSEUDONYM_KEY/);
  const told: string[] = [];
  await load(bench, writeSource(bench, "wages", { tables: [incomeTable()] }, file), { onNotice: (words) => told.push(words) });
  expect(told).toEqual([expect.stringContaining("public demonstration key")]);
});

test("a pseudonymous source keeps 32-digit ids and makes others from their text, without a key", async () => {
  const bench = newBench(root);
  const id = "ab".repeat(16);
  const source = writeSource(
    bench,
    "survey",
    { key: undefined, pseudonymous: true, tables: [incomeTable()] },
    { "income.csv": csv(`${id},x,2025-01-01,100,2025-02-10`, "h-2,x,2025-01-01,100,2025-02-10") },
  );
  await load(bench, source);
  expect((await read(bench, "select household_id from identity_household")).map((row) => row.household_id).sort()).toEqual(
    [id, sha256("household:h-2").slice(0, 32)].sort(),
  );
});

/** The number with the check digit that makes it an IIN (law.md), or undefined where none does. */
function withCheckDigit(eleven: string): string | undefined {
  const modulo = (weights: number[]) => weights.reduce((sum, weight, index) => sum + weight * Number(eleven[index]), 0) % 11;
  const first = modulo([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const digit = first < 10 ? first : modulo([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]);
  return digit < 10 ? `${eleven}${digit}` : undefined;
}

const individualNumbers = Array.from({ length: 60 }, (_, serial) => withCheckDigit(`8501013${String(serial).padStart(4, "0")}`)).filter(
  (iin) => iin !== undefined,
);
const survey = (people: string[], max_bad_share = 0.05) => {
  const definition = { key: undefined, pseudonymous: true, max_bad_share, tables: [incomeTable()] };
  const rows = csv(...people.map((person) => `h,${person},2025-01-01,100,2025-02-10`));
  const bench = newBench(root);
  return { bench, reports: load(bench, writeSource(bench, "survey", definition, { "income.csv": rows })) };
};

test("a source that calls individual numbers pseudonyms is refused; numbers that fail the check digit are let through", async () => {
  expect(individualNumbers.length).toBeGreaterThan(40);
  await expect(survey(individualNumbers).reports).rejects.toThrow(
    new RegExp(`income.person_id: ${individualNumbers.length} of ${individualNumbers.length} numbers of persons are individual numbers`),
  );
  const wrong = individualNumbers.map((iin) => `${iin.slice(0, 11)}${(Number(iin[11]) + 1) % 10}`);
  expect((await survey(wrong).reports)[0]).toMatchObject({ rows_accepted: wrong.length });
  const few = Array.from({ length: 300 }, (_, person) => `p-${person}`);
  await expect(survey([...few, ...individualNumbers.slice(0, 5)]).reports).rejects.toThrow(/5 of 305 numbers/);
});

test("a few individual numbers among pseudonyms are refused row by row, and neither they nor their hash is kept", async () => {
  const [first, second] = individualNumbers as [string, string];
  const spaced = `${second.slice(0, 6)} ${second.slice(6)}`;
  const { bench, reports } = survey([...Array.from({ length: 60 }, (_, person) => `p-${person}`), first, spaced]);
  const [report] = await reports;
  expect(report).toMatchObject({ rows_accepted: 60, rows_quarantined: 2 });
  const refused = await readParquet(report?.quarantine_file as string);
  expect(refused.map(({ column, reason }) => [column, reason])).toEqual([1, 2].map(() => ["person_id", "looks like an individual number"]));
  const ids = JSON.stringify([await read(bench, "select person_id from identity_person"), refused]);
  for (const iin of [first, second, spaced]) {
    expect(ids).not.toContain(iin);
    expect(ids).not.toContain(sha256(`person:${iin}`).slice(0, 32));
  }
});

test("an individual number reaches no file, report or error, wherever in the row it stands", async () => {
  const bench = newBench(root);
  const iin = "850101300017";
  const lines = [
    `h1,${iin},2025-01-01,100,2025-02-10`,
    `h1,${iin},2025-13-01,100,2025-02-10`,
    `h1,p2,${iin},100,2025-02-10`,
    `h1,p3,850101 300 017,100,2025-02-10`,
    `h1,${iin},2025-01-01,${iin}9,2025-02-10`,
    `${iin},${iin},2025-01-01`,
    `h1,${iin},2025-01-01,200,2025-02-10`,
  ];
  const source = (max_bad_share: number) =>
    writeSource(bench, "wages", { max_bad_share, tables: [incomeTable()] }, { "income.csv": csv(...lines) });
  const error = await load(bench, source(0.1)).catch((cause: Error) => cause);
  expect((error as Error).message).toContain("6 of 7 rows are bad");
  const reports = await load(bench, source(1));
  expect(reports[0]).toMatchObject({ rows_accepted: 1, rows_quarantined: 6 });
  const refused = await readParquet(reports[0]?.quarantine_file as string);
  expect(refused.length).toBeGreaterThanOrEqual(5);
  const stored = readdirSync(bench.data.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  expect(stored.length).toBeGreaterThanOrEqual(2);
  const everything = [
    ...stored,
    JSON.stringify(refused),
    JSON.stringify(reports),
    (error as Error).message,
    String((error as Error).stack),
  ];
  for (const text of everything) for (const number of [iin, "850101 300 017"]) expect(text).not.toContain(number);
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

test("coverage and recipes are kept with the load that declares them", async () => {
  const bench = newBench(root);
  const definition = { unit: "kwh", direction: "-" };
  const source = writeSource(
    bench,
    "meters",
    {
      tables: [
        {
          ...{ table: "observation", files: "wide.csv", columns: { household_id: "h" }, recorded_at: "read_on" },
          unpivot: { columns: { power: "kwh", water: "m3 * 10" }, observed_on: "read_on" },
          covers: [{ areas: ["10", "75"], from: "2025-01-01", until: "2025-04-01", publication_lag_days: 9, by_row: true }],
          observations: {
            power: [
              { recipe: "mean", window_months: 6, ...definition },
              { recipe: "latest", ...definition },
            ],
          },
        },
      ],
    },
    { "wide.csv": "h,kwh,m3,read_on\nh1,120.5,3,2025-01-31\nh2,,4,2025-01-31\n" },
  );
  await load(bench, source);
  expect(await read(bench, "select name, value from observation order by name, value")).toEqual([
    { name: "power", value: 120.5 },
    { name: "water", value: 30 },
    { name: "water", value: 40 },
  ]);
  expect(await read(bench, "select name, area_prefix, complete_through, publication_lag_days, by_row from coverage order by all")).toEqual(
    ["power", "water"].flatMap((name) =>
      ["10", "75"].map((area_prefix) => ({ name, area_prefix, complete_through: "2025-03-31", publication_lag_days: 9, by_row: true })),
    ),
  );
  expect(await read(bench, "select name, recipe, window_months from observation_recipe order by recipe")).toEqual([
    { name: "power", recipe: "latest", window_months: null },
    { name: "power", recipe: "mean", window_months: 6 },
  ]);
});

test("a month of which a row was refused is not claimed as complete, unless the household has another row of it", async () => {
  const covers = [{ from: "2025-01-01", until: "2025-05-01" }];
  const claimed = async (...rows: string[]) => {
    const bench = newBench(root);
    const definition = { max_bad_share: 1, tables: [incomeTable({ covers })] };
    const [report] = await load(bench, writeSource(bench, "wages", definition, { "income.csv": csv(...rows) }));
    const ranges = await read(bench, "select month_from as f, month_until as u, by_row, complete_through as c from coverage order by f");
    return { ranges: ranges.map(({ f, u, by_row, c }) => [f, u, by_row, c]), warnings: report?.warnings };
  };
  const good = "h1,p1,2025-01-01,100,2025-02-10";
  const whole = { ranges: [["2025-01-01", "2025-05-01", false, "2025-04-30"]], warnings: [] };
  expect(await claimed(good)).toEqual(whole);
  expect(await claimed(good, "h1,p1,2025-01-01,200,2025-02-10")).toEqual(whole);
  expect(await claimed(good, "h2,p2,2025-02-01,-5,2025-03-10", "h1,p1,2025-07-01,-5,2025-08-10")).toEqual({
    ranges: [
      ["2025-01-01", "2025-02-01", false, "2025-04-30"],
      ["2025-02-01", "2025-03-01", true, "2025-04-30"],
      ["2025-03-01", "2025-05-01", false, "2025-04-30"],
    ],
    warnings: [expect.stringMatching(/because of refused rows: 2025-02; there a household without a row is unknown, not at 0/)],
  });
  for (const bad of ["h2,p2,2025-02-30,5,2025-03-10", "h2,p2"])
    expect(await claimed(good, bad)).toEqual({
      ranges: [["2025-01-01", "2025-05-01", true, "2025-04-30"]],
      warnings: [expect.stringContaining("no month is claimed as complete")],
    });
});

test("what a register says it knew after the day of loading is refused; made-up registers may lie in the future", async () => {
  const rows = csv("h1,p1,2025-01-01,100,2026-10-02 23:59:59", "h2,p2,2025-01-01,100,2026-10-03", "h3,p3,2025-01-01,100,2036-02-10");
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
