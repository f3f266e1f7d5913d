import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Spool } from "../src/sources/pull/spool.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { inTime } from "./support/in-time.ts";
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

/** A way to the server that lets everything through until the client says a word, and then nothing more; from the beginning nothing when it is `never`. */
async function silencedBy(url: string, word: string): Promise<{ port: number; silent: Promise<string> }> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  const relay = createServer();
  const silent = new Promise<string>((resolve) => {
    relay.on("connection", (near) => {
      sockets.push(near);
      if (word === "never") return resolve("silent");
      const far = connect(Number(port), hostname);
      sockets.push(far);
      far.pipe(near);
      near.on("data", (chunk) => {
        if (!chunk.includes(word)) return far.write(chunk);
        far.unpipe(near);
        resolve("silent");
      });
    });
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    relay.close();
  });
  return { port: (relay.address() as AddressInfo).port, silent };
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

  test("what has the newest row's moment, or none at all, comes with the next pull, however short the overlap", async () => {
    const { bench, url, client } = await newRegister();
    const [one, two, three] = rows as [IncomeRow, IncomeRow, IncomeRow];
    await client.query("create view registry.incomes as select *, nullif(recorded_at, '2025-01-01') as changed_at from registry.income");
    await addIncome(client, [{ ...one, recorded_at: "2026-02-01" }]);
    const source = incomeSource(bench, url, { table: "registry.incomes", watermark: "changed_at", overlap_hours: 0 });
    await load(bench, source);
    await addIncome(client, [
      { ...two, recorded_at: "2026-02-01" },
      { ...three, recorded_at: "2025-01-01" },
    ]);
    expect((await load(bench, source))[0]).toMatchObject({ rows_accepted: 2, rows_read: 3 });
  });

  test("the watermark is the newest row's, wherever that stands; a pull that brings no row leaves it, and one before all dates is none", async () => {
    const { bench, url, client } = await newRegister();
    const [one, two, three] = rows as [IncomeRow, IncomeRow, IncomeRow];
    await client.query(
      "create view registry.incomes as select *, case when recorded_at > '2025-01-01' then recorded_at else '-infinity' end as changed_at from registry.income",
    );
    const days = ["2025-01-01", "2026-02-01", "2026-01-01"];
    await addIncome(
      client,
      [one, two, three].map((row, nth) => ({ ...row, recorded_at: days[nth] as string })),
    );
    const source = incomeSource(bench, url, { table: "registry.incomes", watermark: "changed_at" });
    await load(bench, source);
    await client.query("delete from registry.income");
    await load(bench, source);
    await load(bench, source);
    const watermark = Date.parse("2026-02-01T00:00:00Z") * 1000;
    expect(await read(bench, "select is_full, watermark::bigint::varchar as watermark from pull order by rowid")).toEqual(
      [true, false, false].map((is_full) => ({ is_full, watermark: String(watermark) })),
    );
  });

  test("a server that counts its transactions from a lower number, or from one too far away to tell, is read in full", async () => {
    const { bench, url, client } = await newRegister();
    await addIncome(client, rows.slice(0, 50));
    const source = incomeSource(bench, url);
    await load(bench, source);
    for (const change of ["+ 1000000", "- 1073741824 - 1000000"]) {
      const session = await openDatabase(bench.data.warehouse, { mode: "write" });
      await session.run(`update pull set transaction = transaction ${change}`);
      session.close();
      await load(bench, source);
    }
    await load(bench, source);
    expect((await read(bench, "select is_full from pull order by rowid")).map(({ is_full }) => is_full)).toEqual([true, true, true, false]);
  });

  test("it reads by settings of its own, whatever the server's are", async () => {
    const { bench, url, client } = await newRegister();
    const name = new URL(url).pathname.slice(1);
    for (const setting of ["datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'", "timezone = 'Asia/Almaty'"])
      await client.query(`alter database ${name} set ${setting}`);
    const wanted = [
      ["transaction_isolation", "repeatable read"],
      ["transaction_read_only", "on"],
      ["datestyle", "ISO, YMD"],
      ["intervalstyle", "iso_8601"],
      ["timezone", "UTC"],
      ["synchronize_seqscans", "off"],
    ];
    const values = wanted.map(([setting, value], nth) => `(${nth}, '${setting}', '${value}')`).join(", ");
    const query = `select 'F-' || nth as family_no, null as iin, date '2025-01-01' as month, nth as amount_lcu, timestamp '2025-02-05' as recorded_at,
      case when current_setting(setting) = wanted then 'wage' else 'other' end as kind from (values ${values}) as v(nth, setting, wanted)`;
    await load(bench, incomeSource(bench, url, { table: undefined, query }));
    expect(await read(bench, "select amount_lcu, kind::varchar as kind, month::varchar as month from income order by amount_lcu")).toEqual(
      wanted.map((_, nth) => ({ amount_lcu: nth, kind: "wage", month: "2025-01-01" })),
    );
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
  const iin = "970101300123";

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
      "a connection that the server cuts",
      (url: string) => url,
      { table: undefined, query: "select now() as recorded_at, pg_terminate_backend(pg_backend_pid()) as cut" },
      "terminating connection",
    ],
    ["a server that repeats a number", (url: string) => url, { table: `registry.${iin}` }, "does not exist"],
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
    expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toMatch(new RegExp(`${secret}|${iin}`));
    expect(readdirSync(bench.data.spool).filter((file) => !file.includes("lock"))).toEqual([]);
  });

  /** What a pull says that fails. */
  const saidOf = async (bench: Bench, source: string) => {
    const said = load(bench, source).then(
      () => "loaded",
      (error: Error) => error.message,
    );
    return inTime(said);
  };

  test("a server that says nothing is waited for as long as the source allows: to connect, for a statement, and when it falls silent", async () => {
    const { bench, url } = await newRegister();
    const hurried = { url_file: "address", connect_timeout_seconds: 1, silence_timeout_seconds: 1 };
    const slow = { table: undefined, query: "select now() as recorded_at, pg_sleep(60) as slept" };
    expect(await saidOf(bench, incomeSource(bench, url, slow, { postgres: hurried }))).toContain("statement timeout (57014)");

    const { port, silent } = await silencedBy(url, "never");
    expect(await saidOf(bench, incomeSource(bench, url.replace(/:\d+\//, `:${port}/`), {}, { postgres: hurried }))).toContain("timeout");
    expect(await silent).toBe("silent");

    const later = await silencedBy(url, "fetch");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const said = saidOf(bench, incomeSource(bench, url.replace(/:\d+\//, `:${later.port}/`), {}, { postgres: hurried }));
    expect(await inTime(later.silent)).toBe("silent");
    await vi.advanceTimersByTimeAsync(11_000);
    vi.useRealTimers();
    expect(await said).toContain("Query read timeout");
  });

  test("a password stands in the address, with its signs encoded, or in a file", async () => {
    const { bench, url, client, another } = await newRegister();
    await client.query("set password_encryption = 'scram-sha-256'");
    await client.query(`create role locked superuser login password '${secret}@/'`);
    const hba = join(postgres.directory, "pg_hba.conf");
    writeFileSync(hba, `host all locked all scram-sha-256\n${readFileSync(hba, "utf8")}`);
    await client.query("select pg_reload_conf()");
    // The server reads it at its leisure, but before a connection that is made later is let in.
    await (await another()).query("select 1");
    const place = url.replace("aldyn@", "locked@");
    writeFileSync(join(bench.directory, "password"), `${secret}@/\n`);
    const told = [
      incomeSource(newBench(root), place),
      incomeSource(newBench(root), place.replace("locked@", `locked:${secret}@`)),
      incomeSource(newBench(root), place.replace("locked@", `locked:${encodeURIComponent(`${secret}@/`)}@`)),
      incomeSource(bench, place, {}, { postgres: { url_file: "address", password_file: "password" } }),
    ];
    const said = [];
    for (const source of told) said.push(await saidOf(bench, source));
    expect(said).toEqual([
      expect.stringContaining("password"),
      expect.stringContaining("password authentication failed"),
      "loaded",
      "loaded",
    ]);
    expect(said.join()).not.toContain(secret);
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
    [{ tables: [{ table: "income", http: {} }] }, "the source has no http: with url"],
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
        if (report !== undefined) return;
        for (const file of readdirSync(bench.data.spool)) seen.push(readFileSync(join(bench.data.spool, file)));
        copyFileSync(join(bench.data.spool, "incomes-0-income"), join(bench.directory, "copy"));
      },
    });
    const bytes = Buffer.concat(seen);
    expect(bytes.length).toBeGreaterThan(100_000);
    for (const { household_id, person_id } of rows.slice(0, 2000)) {
      expect(bytes.includes(household_id)).toBe(false);
      if (person_id !== null) expect(bytes.includes(person_id)).toBe(false);
    }
    const opened = vi.fn();
    await (await Spool.open(join(bench.directory, "copy"), new Uint8Array(32), "", opened)).leave();
    expect(opened).not.toHaveBeenCalled();
  });
});
