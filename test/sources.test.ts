import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractTables } from "../src/contract/tables.ts";
import { parseExpression } from "../src/sources/expression.ts";
import { masked, maskedText } from "../src/sources/mask.ts";
import { readSource } from "../src/sources/source-file.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Session } from "../src/warehouse/session.ts";
import { load, newBench, read, readParquet, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let session: Session;
beforeAll(async () => {
  session = await openDatabase(":memory:", { mode: "write" });
});
afterAll(() => session.close());

function source(yaml: string): string {
  const path = join(root, "source.yaml");
  writeFileSync(path, yaml);
  return path;
}

const table = (lines: string) => `source: wages\ntables:\n  - table: income\n    files: income.csv\n${lines}`;

test("an unknown key, table, column or word names itself and the nearest right one", () => {
  const cases: [yaml: string, message: RegExp][] = [
    ["source: wages\nsyntetic: true\ntables: []", /source\.yaml: syntetic is not a known key \(did you mean "synthetic"\?\)/],
    [table("    mod: append"), /tables\.0\.mod is not a known key \(did you mean "mode"\?\)/],
    [table("    columns: {ammount_lcu: sum}"), /columns\.ammount_lcu is not a column of income \(did you mean "amount_lcu"\?\)/],
    [table("    csv: {delimeter: ;}"), /tables\.0\.csv\.delimeter is not a known key \(did you mean "delimiter"\?\)/],
    [table("    covers: [{from: 2025-01-02, until: 2025-03-01}]"), /covers\.from: 2025-01-02 is not the first day of a month/],
    [table("    mode: snapshot"), /a snapshot needs recorded_at/],
    ["source: wages\ntables:\n  - {table: incomes, files: a.csv}", /tables\.0\.table/],
  ];
  for (const [yaml, message] of cases) expect(() => readSource(source(yaml)), yaml).toThrow(message);
  expect(() => readSource(join(root, "absent.yaml"))).toThrow(/does not exist; --source takes/);
});

const columns = new Map([
  ["amount", "VARCHAR"],
  ["Сумма", "VARCHAR"],
  ["number", "BIGINT"],
  ["type", "VARCHAR"],
]);
const parse = (text: string) => parseExpression(session, text, "source.yaml: columns.x", columns);

test("an expression may call harmless functions of the source's columns, and nothing else", async () => {
  const allowed = [
    "amount",
    "amount * 1000",
    "try_cast(type as integer)",
    "case when type = '1' then 'wage' end",
    "lpad(type, 3, '0') || '!'",
  ];
  for (const text of [...allowed, "date '2025-01-01' + interval 1 month", "coalesce(nullif(amount, ''), '0')", "number between 1 and 2"])
    await expect(parse(text), text).resolves.toBeDefined();
  const refused: [text: string, message: RegExp][] = [
    ["(select 1)", /subquery is not allowed/],
    ["amount from read_csv('/etc/passwd')", /not one expression/],
    ["amount; drop table income", /Only SELECT/],
    ["amount; select 1", /not one expression/],
    ["amount, type", /not one expression/],
    ["read_text('/etc/passwd')", /the function read_text is not allowed/],
    ["getvariable('inner_pad')", /the function getvariable is not allowed/],
    ["sum(number)", /the function sum is not allowed/],
    ["random()", /the function random is not allowed/],
    ["row_number() over ()", /window is not allowed/],
    ["$secret", /parameter is not allowed/],
    ["ammount * 2", /no column ammount \(did you mean "amount"\?\); it has amount/],
    ["current_date", /no column current_date/],
    ["cast(amount as integer)", /write try_cast/],
    ["amount *", /syntax error/],
  ];
  for (const [text, message] of refused) await expect(parse(text), text).rejects.toThrow(message);
});

test("calculating with a text column reads it as a number, whatever its alphabet; a comment ends where it stands", async () => {
  const value = async (text: string) =>
    session.value<number>(
      `select (${(await parse(text)).sql})::double from (select '1.5' as amount, '2' as "Сумма", 3 as number, 'x' as type)`,
    );
  expect(await value("amount * 1000 + number")).toBe(1503);
  expect(await value('"Сумма" * Сумма + amount')).toBe(5.5);
  expect(await value("round(amount) -- rounded")).toBe(2);
  expect(await value("try_cast(type as double) * 2")).toBeNull();
});

test("what the contract's zod type accepts the generated SQL accepts, and what it refuses the SQL refuses", async () => {
  const household = contractTables[0]!;
  const good = {
    household_id: "h",
    area_code: "101010000",
    recorded_at: "2025-01-01T00:00:00",
    source: "s",
    formed_on: null,
    dissolved_on: null,
  };
  const unknown = Object.fromEntries(Object.keys(household.columns).map((name) => [name, null]));
  const variants: Record<string, unknown>[] = [
    {},
    { members: 1 },
    { members: 0 },
    { members: 60 },
    { members: 61 },
    { members: 2.5 },
    { weight: 0.5 },
    { weight: -0.5 },
    { settlement: "village" },
    { settlement: "Village" },
    { area_code: null },
    { area_code: "10101000" },
    { recorded_at: null },
    { recorded_at: "soon" },
    { household_id: "" },
    { formed_on: "2025-02-29" },
    { formed_on: "2025-02-28", dissolved_on: "2025-02-28" },
    { formed_on: "2025-02-28", dissolved_on: "2025-02-27" },
  ];
  const rows: Record<string, unknown>[] = variants.map((variant, index) => ({
    ...unknown,
    ...good,
    household_id: `h${index}`,
    ...variant,
  }));
  const refused = rows.flatMap((row, index) => (household.row.safeParse(row).success ? [] : [index + 1]));
  expect(refused).toHaveLength(12);
  const bench = newBench(root);
  const line = (row: Record<string, unknown>) =>
    Object.values(row)
      .map((value) => value ?? "")
      .join(",");
  const csv = [Object.keys(rows[0]!).join(","), ...rows.map(line)].join("\n");
  const definition = { max_bad_share: 1, tables: [{ table: "household", files: "h.csv" }] };
  const [report] = await load(bench, writeSource(bench, "map", definition, { "h.csv": csv }));
  const quarantined = await readParquet(report?.quarantine_file as string);
  expect([...new Set(quarantined.map((row) => row.record))]).toEqual(refused);
});

test("a timestamp with an offset is brought to local time, one without is local", async () => {
  const bench = newBench(root);
  const csv =
    "household_id,area_code,recorded_at\nh1,101010000,2025-01-01T20:00:00Z\nh2,101010000,2025-01-01 20:00:00\nh3,101010000,2025-01-01\n";
  await load(bench, writeSource(bench, "map", { tables: [{ table: "household", files: "h.csv" }] }, { "h.csv": csv }));
  expect((await read(bench, "select recorded_at from household order by recorded_at")).map((row) => row.recorded_at)).toEqual([
    "2025-01-01T00:00:00",
    "2025-01-01T20:00:00",
    "2025-01-02T01:00:00",
  ]);
});

test("no number of a person stays in a text, however it is spaced; dates, moments, sums and places do", async () => {
  const numbers = [
    "850101300017",
    "850101 300017",
    "850101-300-017",
    "85 01 01 30 00 17",
    "+7 701 123 45 67",
    "+7 (701) 123-45-67",
    "87011234567",
  ];
  const plain = ["2025-02-10", "2025-02-10T08:30:00", "751110000", "123456.789012", "1 250 000", "-5", "h-1 of 12"];
  for (const text of [...numbers, ...plain]) {
    const said = [await session.value<string>(`select ${masked("$text")}`, { text: `a ${text} b` }), maskedText(`a ${text} b`)];
    for (const each of said)
      expect(each).toBe(plain.includes(text) ? `a ${text} b` : `a ${text.startsWith("+") ? "+" : ""}[10 digits or more] b`);
  }
  expect(await session.value(`select ${masked("timestamp '2025-02-10 08:30:00'")}`)).toBe("2025-02-10T08:30:00");
});
