import { afterAll, beforeAll, expect, test } from "vitest";
import { contractTables } from "../src/contract/tables.ts";
import { fileHashes, makePopulation, type TestPopulation } from "./support/population.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let population: TestPopulation;

beforeAll(async () => {
  population = await makePopulation(`${root}/population`);
});
afterAll(() => population.close());

test("the same seed gives the same bytes for any number of threads, another seed gives others", async () => {
  const small = { households: 600, months: 6 };
  const [one, two, other] = [`${root}/one`, `${root}/two`, `${root}/other`];
  (await makePopulation(one, { ...small, threads: 1 })).close();
  (await makePopulation(two, { ...small, threads: 2 })).close();
  (await makePopulation(other, { ...small, seed: 8 })).close();
  expect(Object.keys(fileHashes(one)).length).toBe(contractTables.length + 2 + 1);
  expect(fileHashes(two)).toEqual(fileHashes(one));
  expect(fileHashes(other)["income/0000.parquet"]).not.toBe(fileHashes(one)["income/0000.parquet"]);
});

test("parts made at the same time give the bytes of parts made one after the other, whatever other tables are written", async () => {
  const options = { households: 25_200, months: 3, tables: ["household", "income", "benefit"] };
  (await makePopulation(`${root}/in-turn`, options)).close();
  (await makePopulation(`${root}/at-once`, { ...options, partitions: 2, tables: ["household", "benefit", "income", "emergency"] })).close();
  const inTurn = fileHashes(`${root}/in-turn`);
  const atOnce = fileHashes(`${root}/at-once`);
  expect(Object.keys(inTurn).filter((file) => file.endsWith("0001.parquet")).length).toBe(3);
  for (const [file, hash] of Object.entries(inTurn)) if (file !== "sources.yaml") expect(atOnce[file]).toBe(hash);
});

test.each(contractTables.map((table) => [table.name, table] as const))("every row of %s is a row of the contract", async (name, table) => {
  const rows = await population.rows(`from {${name}} limit 20000`);
  expect(rows.length).toBeGreaterThan(5);
  const faults = rows.flatMap((row) => {
    const read = table.row.safeParse(row);
    return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  });
  expect(faults).toEqual([]);
  const key = table.key.map((column) => `"${column}"`).join(", ");
  const [twice] = await population.rows(
    `select count(*) as n from (select ${key}, recorded_at from {${name}} group by ${key}, recorded_at having count(*) > 1)`,
  );
  expect(twice).toEqual({ n: 0 });
});

/** Whether an individual number is well formed, by the rule of its check digit. */
function passesCheckDigit(number: string): boolean {
  const digits = [...number].map(Number);
  const sum = (weights: number[]) => weights.reduce((total, weight, index) => total + weight * digits[index]!, 0) % 11;
  const first = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const check = first === 10 ? sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) : first;
  return check === digits[11];
}

test("no person's number could be a real one: each fails its check digit", async () => {
  expect(passesCheckDigit("880914300013")).toBe(false);
  // 8 + 16 + 0 + 36 + 5 + 24 + 21 + 0 + 0 + 0 + 11 = 121 = 11 * 11 + 0.
  expect(passesCheckDigit("880914300010")).toBe(true);
  // 120 leaves 10, so the second weights decide: 24 + 32 + 0 + 54 + 7 + 32 + 27 + 0 + 0 + 1 + 0 = 177 = 16 * 11 + 1.
  expect(passesCheckDigit("880914300101")).toBe(true);
  const people = await population.rows<{ person_id: string }>("select distinct person_id from {person}");
  expect(people.length).toBeGreaterThan(5000);
  expect(people.filter(({ person_id }) => !/^\d{6}[1-6]\d{5}$/.test(person_id) || passesCheckDigit(person_id))).toEqual([]);
});

test("rows refer to persons and households that exist, and a person's number belongs to one person", async () => {
  const lost = await population.rows<{ n: number }>(`
    select count(*) as n from {income}
    where household_id not in (select household_id from {household}) or person_id not in (select person_id from {person})`);
  expect(lost).toEqual([{ n: 0 }]);
  const shared = await population.rows<{ n: number }>(
    "select count(*) as n from (select person_id from {person} group by person_id having count(distinct birth_date) > 1)",
  );
  expect(shared).toEqual([{ n: 0 }]);
});

test("what a register corrects or hears late comes after what it said first", async () => {
  const corrected = await population.rows<{ first: number; last: number; earlier: string; later: string }>(`
    select min_by(amount_lcu, recorded_at) as first, max_by(amount_lcu, recorded_at) as last,
        min(recorded_at) as earlier, max(recorded_at) as later
    from {income} group by household_id, person_id, month, kind having count(*) > 1`);
  expect(corrected.length).toBeGreaterThan(100);
  for (const { first, last, earlier, later } of corrected) {
    expect(later > earlier).toBe(true);
    expect(last).not.toBe(first);
  }
  const [late] = await population.rows<{ share: number; early: number }>(`
    select avg((recorded_at::date > (month + interval 1 month)::date + 25)::integer) as share,
        count(*) filter (where recorded_at < month + interval 1 month) as early
    from {income}`);
  expect(late!.early).toBe(0);
  expect(late!.share).toBeGreaterThan(0.01);
  expect(late!.share).toBeLessThan(0.1);
});

test("the dead earn nothing after the month of their death", async () => {
  const [found] = await population.rows<{ dead: number; paid: number }>(`
    with dead as (select person_id, max(died_on) as died_on from {person} group by person_id having max(died_on) is not null)
    select count(distinct d.person_id) as dead, count(i.month) as paid
    from dead as d
    left join {income} as i on i.person_id = d.person_id and i.month > d.died_on`);
  expect(found!.dead).toBeGreaterThan(30);
  expect(found!.paid).toBe(0);
});
