import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const readme = readFileSync(projectFile("README.md"), "utf8");
/** The lines of the README's `sh` blocks that are commands of the product. */
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) =>
  (block[1] as string).split("\n").filter((line) => line.startsWith("npx aldyn")),
);

test("the README's commands work one after the other in a fresh clone", () => {
  const clone = join(root, "aldyn");
  execFileSync("git", ["clone", "--quiet", "--no-local", projectFile(""), clone]);
  execFileSync("bash", [
    "-c",
    'cp -a --link "$0" "$1" 2>/dev/null || cp -a "$0" "$1"',
    projectFile("node_modules"),
    join(clone, "node_modules"),
  ]);
  utimesSync(join(clone, "node_modules/.package-lock.json"), new Date(), new Date());
  expect(commands.length).toBeGreaterThan(8);
  // What npx finds is shown once: for each command it would take as long as the command itself.
  for (const [place, line] of commands.entries()) {
    const command = place === 0 ? line : line.replace(/^npx aldyn/, "node src/cli/aldyn.js");
    const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: clone, encoding: "utf8", maxBuffer: 2 ** 28 });
    expect(status, `${command}\n${stderr}`).toBe(0);
  }
}, 1_200_000);

test("every file that the README links to exists", () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] as string);
  expect(links.length).toBeGreaterThan(4);
  expect(links.filter((link) => !existsSync(projectFile(link)))).toEqual([]);
});

test("the README says why each dependency is there, and names none that is not", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const listed = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] as string);
  expect(listed.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort());
});
