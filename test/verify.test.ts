import { appendFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import type { Verification } from "../src/runs/verify.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { aldyn } from "./support/command-line.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const population = join(root, "population");
const data = join(root, "data");
let run: string;

/** A copy of the undisturbed run, and of the population that it was made from. */
beforeAll(async () => {
  const made = await undisturbedRun();
  run = made.run;
  cpSync(made.undisturbed, data, { recursive: true });
  cpSync(made.population, population, { recursive: true });
  const session = await openDatabase(dataDirectory(data).warehouse, { mode: "write" });
  const moved = `list_transform(files, file -> struct_pack(path := replace(file.path, ${quoted(made.population)}, ${quoted(population)}), sha256 := file.sha256, bytes := file.bytes))`;
  await session.run(`update load set files = ${moved}`);
  session.close();
});

async function verify(flags: string[] = []): Promise<{ status: number | null; result: Verification }> {
  const { status, stdout, stderr } = await aldyn(["verify", run.slice(0, 10), "--data", data, "--threads", "1", "--json", ...flags]);
  if (stdout === "") throw new Error(stderr);
  return { status, result: JSON.parse(stdout) as Verification };
}

test("an untouched run replays to the same bytes, also in other partitions and with other threads", async () => {
  const { status, result } = await verify(["--partitions", "5", "--threads", "3"]);
  expect(result.differences).toEqual([]);
  expect(status).toBe(0);
  expect(result.files_compared).toBeGreaterThan(60);
});

test("one byte more in a source file names the stage ingest and the file; a stored file that was changed afterwards is named as well", async () => {
  const name = readdirSync(join(population, "income")).find((each) => each.endsWith(".parquet")) as string;
  const paths = [join(population, "income", name), join(dataDirectory(data).runs, run, "prioritise", "list.parquet")];
  const before = paths.map((path) => readFileSync(path));
  for (const path of paths) appendFileSync(path, "x");
  const { status, result } = await verify();
  for (const [index, path] of paths.entries()) writeFileSync(path, before[index]!);
  expect(status).toBe(1);
  expect(result.first_stage_that_differs).toBe("ingest");
  expect(result.differences).toEqual([
    { stage: "ingest", kind: "input", what: expect.stringContaining(name) },
    { stage: "prioritise", kind: "stored", what: "prioritise/list.parquet was changed or removed after the run" },
  ]);
});

test("one amount changed in the warehouse behind ingest's back names the first step that reads it", async () => {
  const session = await openDatabase(dataDirectory(data).warehouse, { mode: "write" });
  const one = "rowid = (select min(rowid) from income where month = date '2025-11-01' and superseded_at is null)";
  await session.run(`update income set amount_lcu = amount_lcu + 1 where ${one}`);
  session.close();
  const { status, result } = await verify();
  const undo = await openDatabase(dataDirectory(data).warehouse, { mode: "write" });
  await undo.run(`update income set amount_lcu = amount_lcu - 1 where ${one}`);
  undo.close();
  expect(status).toBe(1);
  expect(result.first_stage_that_differs).toBe("features");
});

test("one digit of a rule's threshold names the stage rules and the rule's file", async () => {
  const models = join(root, "models");
  cpSync(projectFile("models"), models, { recursive: true });
  cpSync(projectFile("data-samples/kazakhstan"), join(root, "data-samples/kazakhstan"), { recursive: true });
  const rule = join(models, "rules/rent-burden.yaml");
  writeFileSync(rule, readFileSync(rule, "utf8").replace("0.40", "0.41"));
  const { status, result } = await verify(["--deployment", join(models, "deployment.yaml")]);
  expect(status).toBe(1);
  expect(result.first_stage_that_differs).toBe("rules");
  expect(result.differences[0]?.what).toContain("rent-burden.yaml");
});
