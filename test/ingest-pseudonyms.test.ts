import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256 } from "../src/domain/canonical.ts";
import { incomeCsv, incomeTable, load, newBench, read, readParquet, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test("pseudonyms are HMAC-SHA-256 cut to 128 bits, apart for persons and households, and keys follow their order", async () => {
  const bench = newBench(root);
  const key = "0f".repeat(32);
  const source = writeSource(
    bench,
    "wages",
    { key: undefined, tables: [incomeTable()] },
    { "income.csv": incomeCsv("7, 7 ,2025-01-01,100,2025-02-10", "8,9,2025-01-01,100,2025-02-10") },
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
  const file = { "income.csv": incomeCsv("h1,p1,2025-01-01,100,2025-02-10") };
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
    { "income.csv": incomeCsv(`${id},x,2025-01-01,100,2025-02-10`, "h-2,x,2025-01-01,100,2025-02-10") },
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
  const rows = incomeCsv(...people.map((person) => `h,${person},2025-01-01,100,2025-02-10`));
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
    writeSource(bench, "wages", { max_bad_share, tables: [incomeTable()] }, { "income.csv": incomeCsv(...lines) });
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
