import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, load, newBench, read, writeSource } from "./support/ingest.ts";
import { makePopulation } from "./support/population.ts";
import { startPostgres, type TestPostgres } from "./support/postgres.ts";
import { addIncome, connected, type IncomeRow, incomeKnown, incomeOf, incomeRegister, incomeSource, writeIncome } from "./support/pull.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const clients: pg.Client[] = [];
let postgres: TestPostgres;
let rows: IncomeRow[];
let registers = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  const population = await makePopulation(join(root, "population"), { households: 300, months: 12 });
  rows = await incomeOf(population);
  population.close();
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await postgres.stop();
});

/** An empty register, and a bench to load it into. */
async function newRegister(): Promise<{ bench: Bench; url: string; client: pg.Client; another: () => Promise<pg.Client> }> {
  const { url, client } = await incomeRegister(postgres, `register_${registers++}`);
  clients.push(client);
  const another = async () => {
    const made = await connected(url);
    clients.push(made);
    return made;
  };
  return { bench: newBench(root), url, client, another };
}

/** The day of the tests; the population's newest rows lie after it. */
const october = "2026-10-01";
const past = (row: IncomeRow) => row.recorded_at < "2026-09-20";

/** What the warehouse should know of a register, loaded at once from a file. */
async function knownFromFile(all: readonly IncomeRow[]): Promise<unknown> {
  const bench = newBench(root);
  await writeIncome(join(bench.directory, "income.parquet"), all);
  const table = { table: "income", files: "income.parquet", columns: { household_id: "family_no", person_id: "iin" } };
  await load(bench, writeSource(bench, "incomes", { tables: [table] }));
  return incomeKnown(bench);
}

describe("what is new", () => {
  test("the first pull knows what a file of the same rows tells; the second changes nothing, not even the number of loads", async () => {
    const { bench, url, client } = await newRegister();
    await addIncome(client, rows);
    const source = incomeSource(bench, url, { batch_rows: 1000 });
    const [first] = await load(bench, source);
    expect([first?.rows_read, first?.rows_accepted, first?.rows_quarantined]).toEqual([rows.length, rows.length, 0]);
    expect(await incomeKnown(bench)).toEqual(await knownFromFile(rows));
    const [second] = await load(bench, source);
    expect(second).toMatchObject({ already_loaded: true, load_id: 1, rows_accepted: 0 });
    expect(await read(bench, "select is_full, load_id from pull order by rowid")).toEqual([
      { is_full: true, load_id: 1 },
      { is_full: false, load_id: 1 },
    ]);
    expect(await read(bench, "select load_id from load")).toHaveLength(1);
  });

  test("rows that arrive while a pull reads are all there after the next, none twice", async () => {
    const { bench, url, client, another } = await newRegister();
    const old = rows.filter(past);
    await addIncome(client, old.slice(0, 3000));
    const source = incomeSource(bench, url, { batch_rows: 20 });
    const writer = await another();
    let isReading = true;
    const writing = (async () => {
      let at = 3000;
      for (; isReading && at < old.length - 500; at += 5) {
        await addIncome(writer, old.slice(at, at + 5));
        await sleep(1);
      }
      return at;
    })();
    const [first] = await load(bench, source);
    isReading = false;
    const written = await writing;
    expect(written).toBeGreaterThan(3000);
    expect(first?.rows_read).toBeLessThan(written);
    await addIncome(client, old.slice(written));
    const [second] = await load(bench, source);
    expect((first?.rows_accepted ?? 0) + (second?.rows_accepted ?? 0)).toBe(old.length);
    expect(await incomeKnown(bench)).toEqual(await knownFromFile(old));
  });

  test("a thousand rows committed late, recorded months before the watermark, all arrive with the next pull, none twice", async () => {
    const { bench, url, client, another } = await newRegister();
    const late = rows.slice(0, 1000);
    expect(late.at(-1)!.recorded_at < "2026-03-01").toBe(true);
    const slow = await another();
    await slow.query("begin");
    await addIncome(slow, late);
    await addIncome(client, rows.slice(1000).filter(past));
    const source = incomeSource(bench, url);
    expect((await load(bench, source))[0]?.rows_accepted).toBe(rows.slice(1000).filter(past).length);
    await slow.query("commit");
    expect((await load(bench, source))[0]?.rows_accepted).toBe(1000);
    expect((await load(bench, source))[0]).toMatchObject({ already_loaded: true, rows_accepted: 0 });
    expect(await incomeKnown(bench)).toEqual(await knownFromFile(rows.filter(past)));
  });

  test("a pull reads what is new and the overlap, not the whole table", async () => {
    const { bench, url, client } = await newRegister();
    const old = rows.filter(past);
    await addIncome(client, old);
    const source = incomeSource(bench, url, { overlap_hours: 48 });
    await load(bench, source);
    const newest = old.at(-1)!;
    const from = new Date(Date.parse(`${newest.recorded_at.replace(" ", "T")}Z`) - 48 * 3_600_000).toISOString().replace("T", " ");
    // A tie with the newest row, committed later.
    await addIncome(client, [{ ...newest, household_id: "F-late" }]);
    await load(bench, source);
    const overlap = old.filter((row) => row.recorded_at >= from.slice(0, 19)).length;
    expect(overlap).toBeGreaterThan(1);
    expect(overlap).toBeLessThan(old.length / 2);
    expect(await read(bench, "select rows_read from pull order by rowid")).toEqual([{ rows_read: old.length }, { rows_read: overlap + 1 }]);
  });

  test("a row changed on the server supersedes what it said", async () => {
    const { bench, url, client } = await newRegister();
    await addIncome(client, rows.slice(0, 500));
    const source = incomeSource(bench, url);
    await load(bench, source);
    const { household_id, person_id, month, kind } = rows[0] as IncomeRow;
    const changed = await client.query(
      `update registry.income set amount_lcu = 7, recorded_at = '2026-09-30'
       where family_no = $1 and iin is not distinct from $2 and month = $3 and kind = $4`,
      [household_id, person_id, month, kind],
    );
    expect(changed.rowCount).toBe(1);
    expect((await load(bench, source))[0]).toMatchObject({ rows_accepted: 1, rows_superseding: 1 });
  });

  test("of a view, what is committed later than the overlap after its date comes with the full pull of the week, or of full_every_days", async () => {
    const { bench, url, client, another } = await newRegister();
    await client.query("create view registry.incomes as select * from registry.income");
    const slow = await another();
    await slow.query("begin");
    await addIncome(slow, rows.slice(0, 10));
    await addIncome(client, rows.slice(10).filter(past));
    const source = incomeSource(bench, url, { table: "registry.incomes" });
    await load(bench, source);
    await slow.query("commit");
    const at = (day: string) => load(bench, source, { now: () => new Date(`${day}T00:00:00Z`) });
    expect((await at("2026-10-07"))[0]).toMatchObject({ already_loaded: true });
    expect((await at("2026-10-08"))[0]?.rows_accepted).toBe(10);
  });

  test("a date far in the future hides nothing that comes after it", async () => {
    const { bench, url, client } = await newRegister();
    const [one, two, three] = rows as [IncomeRow, IncomeRow, IncomeRow];
    await client.query("create view registry.incomes as select * from registry.income");
    await addIncome(client, [one, { ...two, recorded_at: "2999-01-01" }]);
    const source = incomeSource(bench, url, { table: "registry.incomes" });
    await load(bench, source);
    await addIncome(client, [{ ...three, recorded_at: october }]);
    expect((await load(bench, source))[0]?.rows_accepted).toBe(1);
  });

  test("another definition reads everything again", async () => {
    const { bench, url, client } = await newRegister();
    await addIncome(client, rows.slice(0, 500));
    await load(bench, incomeSource(bench, url));
    const columns = { household_id: "family_no", person_id: "iin", kind: "'other'" };
    const table = { table: "income", postgres: { table: "registry.income" }, columns };
    const [second] = await load(bench, incomeSource(bench, url, {}, { tables: [table] }));
    expect([second?.rows_read, second?.rows_accepted, second?.already_loaded]).toEqual([500, 500, false]);
  });

  test("a load that is refused does not move the watermark", async () => {
    const { bench, url, client } = await newRegister();
    await addIncome(client, rows.slice(0, 100));
    await load(bench, incomeSource(bench, url));
    await addIncome(client, [...rows.slice(100, 199), { ...(rows[200] as IncomeRow), amount_lcu: -1e15 }]);
    await expect(load(bench, incomeSource(bench, url, {}, { max_bad_share: 0 }))).rejects.toThrow("nothing was loaded");
    expect((await load(bench, incomeSource(bench, url)))[0]).toMatchObject({ rows_accepted: 99, rows_quarantined: 1 });
    expect(readdirSync(bench.data.spool).filter((file) => !file.includes("lock"))).toEqual([]);
  });

  test("a query is pulled as a table is, an empty one too, and without a watermark in full each time", async () => {
    const { bench, url, client } = await newRegister();
    const query = "select family_no, iin, month, kind, amount_lcu, recorded_at from registry.income where kind = 'wage' -- wages";
    const source = incomeSource(bench, url, { table: undefined, query, watermark: false });
    expect((await load(bench, source))[0]).toMatchObject({ rows_read: 0, already_loaded: false });
    await addIncome(client, rows.slice(0, 500));
    const wages = rows.slice(0, 500).filter((row) => row.kind === "wage").length;
    expect(wages).toBeGreaterThan(50);
    expect((await load(bench, source))[0]).toMatchObject({ rows_read: wages, rows_accepted: wages });
    expect((await load(bench, source))[0]).toMatchObject({ already_loaded: true, load_id: 2 });
    expect(await read(bench, "select is_full from pull order by rowid")).toEqual([true, true, true].map((is_full) => ({ is_full })));
  });
});

describe("what is told", () => {
  const secret = "hunter2secret";

  test("types arrive as they are meant: text, zeros in front, whole numbers, true and false, days, moments with an offset", async () => {
    const { bench, url, client } = await newRegister();
    await client.query(`
      create table registry.health (iin text, attached boolean, insured boolean, checked date, told timestamptz);
      insert into registry.health values ('000101100009', true, false, '2026-01-31', '2026-02-01 00:30:00.5+05'), ('000101100010', null, true, null, '2026-02-01 23:00:00+00')`);
    writeFileSync(join(bench.directory, "address"), url);
    const columns = { person_id: "iin", attached_to_clinic: "attached", last_checkup_on: "checked" };
    const table = { table: "health", postgres: { table: "registry.health", watermark: "told" }, columns, recorded_at: "told" };
    await load(bench, writeSource(bench, "clinics", { postgres: { url_file: "address" }, tables: [table] }));
    expect(
      await read(bench, "select attached_to_clinic, insured, last_checkup_on, recorded_at::varchar as told from health order by told"),
    ).toEqual([
      { attached_to_clinic: true, insured: false, last_checkup_on: "2026-01-31", told: "2026-02-01 00:30:00.5" },
      { attached_to_clinic: null, insured: true, last_checkup_on: null, told: "2026-02-02 04:00:00" },
    ]);
  });

  test.each([
    ["a wrong password or user", (url: string) => url.replace("aldyn@", `nobody:${secret}@`), {}, "nobody"],
    ["a server that is not there", () => `postgres://aldyn:${secret}@127.0.0.1:1/x`, {}, "ECONNREFUSED"],
    ["an address that is none", () => `mysql://aldyn:${secret}@127.0.0.1:1/x`, {}, "is not postgres://user:password@host:port/database"],
    ["a table that is not there", (url: string) => url, { table: "registry.incme" }, 'relation "registry.incme" does not exist'],
    ["a watermark that is not there", (url: string) => url, { watermark: "recorded" }, 'did you mean "recorded_at"?'],
    ["a watermark that is no date", (url: string) => url, { watermark: "kind" }, "kind is not a date or timestamp column"],
    [
      "a value that breaks the query",
      (url: string) => url,
      { table: undefined, query: `select '${secret}'::integer as recorded_at` },
      "22P02",
    ],
    [
      "a query that writes",
      (url: string) => url,
      { table: undefined, query: "select now() as recorded_at, nextval('registry.ticket') as n" },
      "read-only transaction",
    ],
  ])("%s is told, without secrets", async (_, address, extra, words) => {
    const { bench, url } = await newRegister();
    const error = await load(bench, incomeSource(bench, address(url), extra)).then(
      () => undefined,
      (cause: Error) => cause,
    );
    expect(error?.message).toContain("incomes.yaml");
    expect(error?.message).toContain(words);
    expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toContain(secret);
  });

  test("an address comes from the environment; one that is not set is named", async () => {
    const { bench, url, client } = await newRegister();
    await addIncome(client, rows.slice(0, 5));
    const source = incomeSource(bench, url, {}, { postgres: { url_env: "REGISTER_URL" } });
    await expect(load(bench, source)).rejects.toThrow("postgres.url_env: REGISTER_URL is not set");
    expect((await load(bench, source, { environment: { REGISTER_URL: url } }))[0]?.rows_accepted).toBe(5);
  });

  test.each([
    [{ postgres: undefined }, "the source has no postgres: with url_env or url_file"],
    [{ postgres: { url_env: "postgres://a:b@c/d" } }, "the secret itself has no place here"],
    [{ postgres: { url_env: "A", url_file: "b" } }, "postgres needs one of url_env and url_file"],
    [{ postgres: { url_env: "A", tls: { cert_file: "a.pem" } } }, "needs both cert_file and key_file"],
    [{ tables: [{ table: "income" }] }, "needs one of files, postgres, http, and has none"],
    [{ tables: [{ table: "income", files: "a.csv", postgres: { table: "a" } }] }, "and has files and postgres"],
    [{ tables: [{ table: "income", postgres: { table: "a", query: "select 1" } }] }, "postgres needs one of table and query"],
    [{ tables: [{ table: "income", mode: "snapshot", recorded_at: "2026-01-01", postgres: { table: "a" } }] }, "add watermark: false"],
    [{ tables: [{ table: "income", postgres: { tabel: "a" } }] }, 'did you mean "table"?'],
  ])("a definition that cannot be is refused with its place: %j", async (extra, words) => {
    const bench = newBench(root);
    await expect(load(bench, incomeSource(bench, "", {}, extra))).rejects.toThrow(words);
  });

  test("no number of a person or family lies open on disk while a pull waits for the warehouse", async () => {
    const { bench, url, client } = await newRegister();
    await addIncome(client, rows.slice(0, 2000));
    const seen: Buffer[] = [];
    await load(bench, incomeSource(bench, url), {
      onLoad: (_, report) => {
        if (report === undefined) for (const file of readdirSync(bench.data.spool)) seen.push(readFileSync(join(bench.data.spool, file)));
      },
    });
    const bytes = Buffer.concat(seen);
    expect(bytes.length).toBeGreaterThan(100_000);
    for (const { household_id, person_id } of rows.slice(0, 2000)) {
      expect(bytes.includes(household_id)).toBe(false);
      if (person_id !== null) expect(bytes.includes(person_id)).toBe(false);
    }
  });
});
