import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openAudit } from "../src/cases/audit.ts";
import { changeModelState } from "../src/cases/change-model-state.ts";
import { openStore, storeExists } from "../src/cases/open-store.ts";
import { authenticateToken, createToken, revokeToken } from "../src/cases/tokens.ts";
import { verifyAudit } from "../src/cases/verify-audit.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { runScript, startOf } from "./support/command-line.ts";
import { conditions } from "./support/conditions.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { onBothStores } from "./support/stores.ts";

const root = temporaryDirectory(afterAll);

onBothStores((opened) => {
  const isServer = opened.kind === "postgresql";
  const onServer = () => ({ ...opened, postgres: opened.postgres! });

  test("values are read alike", async () => {
    const [row] = await opened.store.rows(
      `select 9007199254740991::int8 as number, date '2026-02-28' as day, 12345678901234567890.10::numeric as exact,
         '{"b": [1, null, "ә"]}'::jsonb as json, timestamptz '2026-03-01 04:05:06.789+05' as time, array['a', 'b,c', null] as texts,
         true as truth, 1.5::float8 as share, 7::int4 as small, null::int8 as nothing`,
    );
    expect(row).toEqual({
      number: 9007199254740991,
      day: "2026-02-28",
      exact: "12345678901234567890.10",
      json: { b: [1, null, "ә"] },
      time: "2026-02-28T23:05:06.789Z",
      texts: ["a", "b,c", null],
      truth: true,
      share: 1.5,
      small: 7,
      nothing: null,
    });
  });

  test("values are bound alike", async () => {
    const values = ["[1,2]", ["a", 'b,"c', "{d}"], "2026-03-01T04:05:06.789Z", 5, "2026-02-28", null, "12.50", true];
    const [row] = await opened.store.rows(
      "select $1::jsonb as json, $2::text[] as texts, $3::timestamptz as time, $4::int8 as number, $5::date as day, $6::text as nothing, $7::numeric as exact, $8::boolean as truth",
      values,
    );
    expect(Object.values(row!)).toEqual([[1, 2], ...values.slice(1)]);
  });

  test("a whole number beyond what a number holds is an error, not another number", async () => {
    await expect(opened.store.rows("select 9007199254740992::int8 as number")).rejects.toThrow("9007199254740992 is too large");
  });

  test("a transaction that throws leaves nothing behind, one that ends is there", async () => {
    const { store } = opened;
    await store.rows("create table trial (number integer)");
    const failed = store.transaction(async (transaction) => {
      await transaction.rows("insert into trial values (1)");
      throw new Error("changed my mind");
    });
    await expect(failed).rejects.toThrow("changed my mind");
    expect(await store.rows("select number from trial")).toEqual([]);
    expect(await store.transaction((transaction) => transaction.rows("insert into trial values (2) returning number"))).toEqual([
      { number: 2 },
    ]);
    expect(await store.rows("select number from trial")).toEqual([{ number: 2 }]);
  });

  test("a statement beside a transaction sees nothing of it before it has ended well", async () => {
    let beside: Promise<{ n: number }[]> | undefined;
    const failed = opened.store.transaction(async (transaction) => {
      await transaction.rows("create table unseen (n bigint)");
      beside = opened.store.rows<{ n: number }>("select count(*) as n from pg_tables where tablename = 'unseen'");
      await transaction.rows("select 1");
      throw new Error("changed my mind");
    });
    await expect(failed).rejects.toThrow("changed my mind");
    expect(await beside).toEqual([{ n: 0 }]);
  });

  test("a statement that fails says why, and the next one works", async () => {
    await expect(opened.store.rows("select * from nowhere")).rejects.toThrow("nowhere");
    await expect(opened.store.transaction((transaction) => transaction.rows("select * from nowhere"))).rejects.toThrow("nowhere");
    expect(await opened.store.rows("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("nothing of the audit or of the promotions is changed or taken away", async () => {
    const { store } = opened;
    for (const table of ["audit", "promotion"]) {
      await expect(store.rows(`update ${table} set at = at`)).rejects.toThrow(`${table} is append-only: update refused`);
      await expect(store.rows(`delete from ${table}`)).rejects.toThrow(`${table} is append-only: delete refused`);
      await expect(store.rows(`truncate ${table}`)).rejects.toThrow(`${table} is append-only: truncate refused`);
    }
    await expect(store.rows("delete from audit_writer")).rejects.toThrow("append-only");
    await expect(store.rows("truncate audit_writer cascade")).rejects.toThrow("append-only");
  });

  test("of a writer of the audit only the head moves, and only forwards", async () => {
    const { store } = opened;
    await openAudit(store, { writer: "w", now: () => new Date("2026-10-01") });
    await store.rows("update audit_writer set sequence = 5 where writer = 'w'");
    for (const change of ["sequence = 4", "sequence = 5", "sequence = 6, opening_hash = ''", "sequence = 6, opened_at = '2026-10-02'"])
      await expect(store.rows(`update audit_writer set ${change} where writer = 'w'`), change).rejects.toThrow("only forwards");
  });

  test.runIf(isServer)("a store made by a later version is refused", async () => {
    const { store, data, postgres } = onServer();
    await store.rows("insert into migration (version, name) values (999, 'from the future')");
    await expect(openStore({ data, databaseUrl: postgres.url })).rejects.toThrow("made by a later version of Aldyn (999");
    await store.rows("delete from migration where version = 999");
  });

  test.runIf(isServer)("migrations run once, however many open the store at once", async () => {
    const { data, postgres } = onServer();
    const url = await postgres.database("opened_by_many");
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore({ data, databaseUrl: url })));
    const applied = await stores[0]!.rows<{ version: number; times: number }>(
      "select version, count(*) as times from migration group by version",
    );
    expect(applied.length).toBeGreaterThan(1);
    expect(applied.every(({ times }) => times === 1)).toBe(true);
    await Promise.all(stores.map((store) => store.close()));
  });

  test.runIf(isServer)("with the grants of the documentation the service can do its work, and change no record", async () => {
    const { postgres } = onServer();
    const url = await postgres.database("granted");
    const owner = await openStore({ data: opened.data, databaseUrl: url });
    const grants = /```sql\n(.*?)```/s.exec(readFileSync(projectFile("docs/operations-store.md"), "utf8"))?.[1] ?? "";
    await owner.rows(grants);
    const service = await openStore({ data: opened.data, databaseUrl: url.replace("aldyn@", "aldyn_service@") });
    const made = {
      role: "analyst",
      areas: [""],
      expiresAt: new Date("2026-11-01"),
      createdBy: "os-user:0",
      now: new Date("2026-10-01"),
    } as const;
    const { token, id } = await createToken(service, made);
    expect(await authenticateToken(service, token, made.now)).toMatchObject({ role: "analyst" });
    await revokeToken(service, id, { by: "os-user:0", now: made.now });
    await changeModelState(service, opened.data, { action: "off" }, { who: "a", why: "b", at: "2026-10-01T00:00:00.000Z" }, conditions);
    const audit = await openAudit(service, { writer: "w", now: () => made.now });
    const about = {
      principal_id: null,
      role: null,
      areas: [],
      action: "a",
      purpose: null,
      objects: [],
      outcome: "ok",
      status: null,
    } as const;
    await audit.record(about);
    await audit.record(about);
    expect(await verifyAudit(service)).toMatchObject({ records: 2, faults: [] });
    for (const change of [
      "update audit set status = 500",
      "delete from audit",
      "truncate audit",
      "update promotion set who = 'c'",
      "delete from audit_writer",
      "drop trigger audit_is_append_only on audit",
      "update audit_writer set opening_hash = ''",
    ])
      await expect(service.rows(change), change).rejects.toThrow(/permission denied|must be owner/);
    await service.close();
    await owner.close();
  });

  test.runIf(isServer)("after the server came back the store works on", async () => {
    const { store, postgres } = onServer();
    const cut = store.transaction(async (transaction) => {
      await transaction.rows("select 1");
      await postgres.restart("immediate");
      await transaction.rows("select 1");
    });
    await expect(cut).rejects.toThrow();
    expect(await store.rows("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test.skipIf(isServer)("a second opener of an embedded store is told who holds it and what to do", async () => {
    const { data } = opened;
    const held = new RegExp(`is held by process ${process.pid}, a test, since .*; it serves one process at a time.*set DATABASE_URL`);
    await expect(openStore({ data })).rejects.toThrow(held);
    const { status, stderr } = runScript("test/support/open-store.ts", [data.root]);
    expect(stderr).toMatch(held);
    expect(status).toBe(1);
  });
});

describe("an embedded store", () => {
  test("is not made by asking whether it is there, nor by opening one that must be", async () => {
    const data = dataDirectory(join(root, "none"));
    expect(storeExists(data, {})).toBe(false);
    expect(storeExists(data, { DATABASE_URL: "" })).toBe(false);
    expect(storeExists(data, { DATABASE_URL: "postgres://localhost/aldyn" })).toBe(true);
    await expect(openStore({ data, create: false })).rejects.toThrow("does not exist");
    expect(existsSync(data.root)).toBe(false);
  });

  test("whose making was cut short is made anew", async () => {
    const data = dataDirectory(join(root, "cut-short"));
    const maker = spawn(process.execPath, [...startOf("test/support/open-store.ts"), data.root]);
    const unfinished = join(data.root, "store", "unfinished", "base");
    while (!existsSync(unfinished)) await new Promise((resolve) => setTimeout(resolve, 5));
    maker.kill("SIGKILL");
    await once(maker, "exit");
    expect(storeExists(data, {})).toBe(false);
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(join(unfinished, "rubbish"), "rubbish");
    const store = await openStore({ data });
    expect(storeExists(data, {})).toBe(true);
    expect(await store.rows("select count(*) as records from audit")).toEqual([{ records: 0 }]);
    await store.close();
  });
});

describe("the address of a PostgreSQL", () => {
  const data = dataDirectory(join(root, "addresses"));

  test.each(["mysql://localhost/aldyn", "localhost:5432", "secret"])("%s is refused without being shown", async (databaseUrl) => {
    const error = await openStore({ data, databaseUrl }).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "bad_database_url" });
    expect((error as Error).message).not.toContain(databaseUrl);
  });

  test("where nobody answers is named without its password", async () => {
    const opening = openStore({ data, databaseUrl: "postgres://aldyn:hunter2@127.0.0.1:1/aldyn" });
    const error = await opening.catch((reason: Error) => reason);
    expect((error as Error).message).toMatch(/^PostgreSQL at 127\.0\.0\.1:1\/aldyn: .*ECONNREFUSED.*; start it, or mend DATABASE_URL$/);
    expect((error as Error).message).not.toContain("hunter2");
  });
});
