import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { aldynProcess } from "./support/command-line.ts";
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
