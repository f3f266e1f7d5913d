import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../src/cases/open-store.ts";
import type { Store } from "../src/cases/store.ts";
import { projectFile } from "../src/domain/project-files.ts";
import type { List } from "../src/lists/read-list.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { putEmptyStore } from "./support/empty-store.ts";
import { startPostgres, type TestPostgres } from "./support/postgres.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
let postgres: TestPostgres;
let store: Store;
let list: List;
let run: string;
let environment: Record<string, string>;

beforeAll(async () => {
  const made = await undisturbedRun();
  run = made.run;
  postgres = await startPostgres();
  store = await openStore({ data: dataDirectory(made.undisturbed), databaseUrl: postgres.url });
  list = await aldynJson<List>(["list", "show", "--data", made.undisturbed]);
  environment = { ALDYN_DATA: made.undisturbed, DATABASE_URL: postgres.url };
});
afterAll(async () => {
  await store.close();
  await postgres.stop();
});

const newest = () =>
  store.rows("select action, purpose, outcome, objects from audit join audit_writer using (writer) order by number desc limit 1");

test("what commands show of families is recorded with the ids of what they showed", async () => {
  const household = list.entries[0]!.household_id;
  const one = ["--household", household, "--as-of", asOf];
  const commands: [action: string, words: string[], objects: unknown][] = [
    ["aldyn list show", [], [list.list_id]],
    ["aldyn list export", ["--format", "csv", "--out", join(root, "list.csv")], [list.list_id]],
    ["aldyn list diff", [run, run], [list.list_id, list.list_id]],
    ["aldyn need", one, [household]],
    ["aldyn entitlements", one, [household]],
    ["aldyn rules simulate", ["--change", projectFile("data-samples/simulations/line-at-80.yaml"), ...one], [household]],
    ["aldyn recipients", ["--as-of", asOf, "--limit", "2"], expect.any(Array)],
  ];
  for (const [action, words, objects] of commands) {
    const { status, stderr } = await aldyn([...action.split(" ").slice(1), ...words], environment);
    expect(status, stderr).toBe(0);
    expect(await newest()).toEqual([{ action, purpose: "outreach", outcome: "ok", objects }]);
  }
  await aldyn(["model", "shadow-diff", "none"], environment);
  expect(await newest()).toMatchObject([{ action: "aldyn model shadow-diff", outcome: "failed" }]);
});

test("an export for another purpose is recorded as denied, with the purpose; a family that is not there as failed", async () => {
  const words = ["list", "export", "--format", "csv", "--out", join(root, "denied.csv"), "--purpose", "fraud"];
  expect((await aldyn([...words, "--data", join(root, "elsewhere")], environment)).status).toBe(2);
  expect(await newest()).toEqual([{ action: "aldyn list export", purpose: "fraud", outcome: "denied", objects: [] }]);
  await aldyn(["need", "--household", "f".repeat(32), "--as-of", asOf], environment);
  expect(await newest()).toEqual([{ action: "aldyn need", purpose: "outreach", outcome: "failed", objects: [] }]);
});

test("nothing is shown where it cannot be recorded: while another process holds the store", async () => {
  const data = dataDirectory(join(root, "held"));
  await putEmptyStore(data);
  const held = await openStore({ data });
  const { status, stdout, stderr } = await aldyn(["list", "show", "--data", data.root]);
  await held.close();
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("set DATABASE_URL");
});
