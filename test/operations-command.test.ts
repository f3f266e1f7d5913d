import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore } from "../src/cases/open-store.ts";
import type { Store } from "../src/cases/store.ts";
import { authenticateToken } from "../src/cases/tokens.ts";
import { verifyAudit } from "../src/cases/verify-audit.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { putEmptyStore } from "./support/empty-store.ts";
import { startPostgres, type TestPostgres } from "./support/postgres.ts";
import { temporaryDirectory, writeRegistry } from "./support/registry.ts";
import { tamper } from "./support/stores.ts";

const root = temporaryDirectory(afterAll);

describe("commands over the operations store", () => {
  let postgres: TestPostgres;
  let store: Store;
  const data = dataDirectory(join(root, "data"));
  const environment = () => ({ ALDYN_DATA: data.root, DATABASE_URL: postgres.url });
  const recorded = () => store.rows("select action, outcome, objects from audit join audit_writer using (writer) order by number");

  beforeAll(async () => {
    postgres = await startPostgres();
    store = await openStore({ data, databaseUrl: postgres.url });
  });
  afterAll(async () => {
    await store.close();
    await postgres.stop();
  });

  test("a key is made, shown once, listed, revoked; each change is audited under the number of the machine's user", async () => {
    const made = await aldynJson<{ token: string; id: string; principal_id: string; expires_at: string }>(
      ["token", "create", "--role", "social_worker", "--areas", "61,6110", "--expires", "30d", "--name", "district office"],
      environment(),
    );
    const principal = { id: made.principal_id, role: "social_worker", areas: ["61", "6110"] };
    const end = new Date(made.expires_at).getTime();
    expect(await authenticateToken(store, made.token, new Date(end - 1))).toEqual(principal);
    expect(await authenticateToken(store, made.token, new Date(end))).toBeNull();

    const listed = await aldyn(["token", "list"], environment());
    expect(listed.stdout).toContain(made.id);
    expect(listed.stdout).toContain("in force");
    expect(listed.stdout).not.toContain(made.token.split("_")[2]);

    expect((await aldyn(["token", "revoke", made.id], environment())).stdout).toContain(`Key ${made.id} (social_worker) ended`);
    expect(await authenticateToken(store, made.token, new Date(end - 1))).toBeNull();
    expect(await aldyn(["token", "revoke", "0".repeat(16)], environment())).toMatchObject({ status: 1 });

    const objects = [made.id, made.principal_id];
    expect(await recorded()).toEqual([
      { action: "aldyn token create", outcome: "ok", objects },
      { action: "aldyn token revoke", outcome: "ok", objects },
      { action: "aldyn token revoke", outcome: "failed", objects: [] },
    ]);
    const who = await store.rows("select distinct principal_id from audit");
    expect(who).toEqual([{ principal_id: `os-user:${process.getuid?.()}` }]);
  });

  test.each([
    ["--areas", "61,,6110", "codes such as 61,6110, or all for the whole country"],
    ["--areas", "Aqmola", "area Aqmola"],
    ["--areas", "61,99,610000001", "no place whose code begins with 99 or 610000001"],
    ["--role", "operater", 'did you mean "operator"?'],
    ["--expires", "soon", "for example 12h or 30d"],
    ["--expires", "0d", "for example 12h or 30d"],
    ["--expires", "3651d", "up to 3650d"],
  ])("%s %s is wrong use, and makes no key", async (option, value, message) => {
    const before = await store.rows("select id from token");
    const sound = { "--role": "analyst", "--areas": "all", "--expires": "12h", [option]: value };
    const { status, stderr } = await aldyn(["token", "create", ...Object.entries(sound).flat()], environment());
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(await store.rows("select id from token")).toEqual(before);
  });

  test("the audit verifies; a changed record is named by writer and sequence, and the command fails", async () => {
    expect(await aldyn(["audit", "verify"], environment())).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^The audit is whole: \d+ records/),
    });
    const [{ writer } = { writer: "" }] = await store.rows<{ writer: string }>("select writer from audit limit 1");
    await tamper(store, `update audit set purpose = 'other' where writer = '${writer}' and sequence = 1`);
    const { status, stdout } = await aldyn(["audit", "verify"], environment());
    expect(stdout).toContain(`  ${writer} 1: changed; record 1 is not what its hash was made of`);
    expect(status).toBe(1);
    const json = await aldyn(["audit", "verify", "--json"], environment());
    expect(JSON.parse(json.stdout)).toMatchObject({ faults: [{ writer, sequence: 1, fault: "changed" }] });
    expect(json.status).toBe(1);
    expect((await verifyAudit(store)).faults).toHaveLength(1);
  });

  test("doctor says which store it is, and never its password", async () => {
    const { stdout } = await aldyn(["doctor"], environment());
    expect(stdout).toMatch(/ok {4}operations {6}PostgreSQL, version \d+/);
    const wrong = await aldyn(["doctor"], { ...environment(), DATABASE_URL: "postgres://aldyn:hunter2@127.0.0.1:1/aldyn" });
    expect(wrong.stdout).toMatch(/wrong {1}operations {6}PostgreSQL at 127\.0\.0\.1:1\/aldyn/);
    expect(wrong.stdout + wrong.stderr).not.toContain("hunter2");
  });
});

describe("commands that only read", () => {
  test("make no store", async () => {
    const empty = { ALDYN_DATA: join(root, "empty"), DATABASE_URL: "" };
    expect(await aldyn(["token", "list"], empty)).toMatchObject({ status: 0, stdout: "no keys have been made\n" });
    expect(await aldyn(["audit", "verify"], empty)).toMatchObject({ status: 0, stdout: "The audit is whole: 0 records of 0 writers.\n" });
    expect((await aldyn(["doctor"], empty)).stdout).toContain("nothing promoted, no keys made");
    expect(await aldynJson(["token", "list"], empty)).toEqual([]);
  });
});

test("while another process holds the embedded store, commands that need it name the holder and the fix; doctor makes a note of it", async () => {
  const data = await writeRegistry(join(root, "held"), {});
  await putEmptyStore(data);
  const held = await openStore({ data, doing: "aldyn serve" });
  const environment = { ALDYN_DATA: data.root, DATABASE_URL: "" };
  const refused = new RegExp(`held by process ${process.pid}, aldyn serve, since .*set DATABASE_URL`);
  for (const words of [
    ["run", "nightly", "--as-of", "2026-01-01"],
    ["model", "list"],
    ["model", "promote", "none", "--why", "trial"],
  ]) {
    const { status, stderr } = await aldyn(words, environment);
    expect(stderr).toMatch(refused);
    expect(status).toBe(1);
  }
  expect((await aldyn(["doctor"], environment)).stdout).toMatch(/note {2}operations {6}.*aldyn serve/);
  await held.close();
});
