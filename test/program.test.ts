import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sameData } from "../src/cli/command.ts";
import { describe as describeRun } from "../src/cli/run.ts";
import { whatToOpen } from "../src/cli/serve.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { aldyn, aldynProcess } from "./support/command-line.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test("the program says its version, and that is no failure", () => {
  const { status, stdout } = aldynProcess(["--version"]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${JSON.parse(readFileSync(projectFile("package.json"), "utf8")).version}\n` });
});

test("the program has the command: wrong use exits 2 and says what is missing, a UserError exits 1 in one line", () => {
  expect(aldynProcess(["model", "fit", "--data", "x.csv"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--label") });
  const absent = join(root, "absent.csv");
  const { status, stdout, stderr } = aldynProcess(["model", "fit", "--data", absent, "--label", "y", "--out", join(root, "wrong")]);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: `aldyn: ${absent} does not exist\n` });
});

test("what to type next names the same data directory, and that a store of one process is free only when the service has stopped", () => {
  const next = (data: string | undefined) =>
    describeRun({ run_id: "r", as_of: "2026-10-01", was_done: false, model: null, steps: [], warnings: [] }, sameData({ data }));
  expect(next(undefined)).toMatch(/npx aldyn list show$/);
  expect(next("var/try")).toMatch(/npx aldyn list show --data var\/try$/);
  expect(next("my data")).toMatch(/npx aldyn list show --data "my data"$/);
  const opened = (store: "pglite" | "postgresql") => whatToOpen("http://127.0.0.1:1", { store, data: "var/try" });
  expect(opened("pglite")).toMatch(/Make a key, while this is stopped: npx aldyn token create .* --data var\/try/);
  expect(opened("postgresql")).toMatch(/Make a key: npx aldyn token create/);
  expect(whatToOpen("http://127.0.0.1:1", { store: "pglite", insecureLocal: true })).not.toContain("Make a key");
});

test("an option that a command has no use for is refused: a difference is between the two runs that are named", async () => {
  expect(await aldyn(["list", "diff", "a", "b", "--run", "c"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--run") });
});
