import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { temporaryDirectory } from "./support/registry.ts";

/** A project of one module, with a real esbuild that counts how often it is asked; `meanwhile` is done before it compiles. */
const project = join(temporaryDirectory(afterAll), "бір жоба");
const cache = join(project, "node_modules/.cache/aldyn");
const compilations = join(project, "compilations");
const put = (path: string, text: string) => writeFileSync(join(project, path), text);
const hello = (said: string) => put("src/hello.ts", `import { say } from "./say.ts";\nsay(${JSON.stringify(said)} as string);\n`);
const compiler = (meanwhile = "") =>
  put(
    "node_modules/esbuild/index.js",
    `const fs = require("node:fs");
    exports.buildSync = (options) => {
      fs.appendFileSync(${JSON.stringify(compilations)}, "x");
      ${meanwhile}
      return require(${JSON.stringify(projectFile("node_modules/esbuild"))}).buildSync(options);
    };`,
  );

beforeEach(() => {
  rmSync(project, { recursive: true, force: true });
  for (const directory of ["src/domain", "pipelines", "node_modules/esbuild"]) mkdirSync(join(project, directory), { recursive: true });
  for (const file of ["start.js", "import-compiled.js"]) copyFileSync(projectFile(`src/domain/${file}`), join(project, "src/domain", file));
  put("package.json", '{"type": "module"}');
  put("package-lock.json", "{}");
  put("node_modules/esbuild/package.json", "{}");
  put("src/say.ts", "export const say = (words: string): void => console.log(words, process.argv.slice(2));\n");
  hello("first");
  compiler();
});

const words = [join(project, "src/domain/start.js"), "src/hello.ts"];
const start = () => spawnSync(process.execPath, [...words, "a"], { cwd: "/", encoding: "utf8" });
const compiled = () => (existsSync(compilations) ? readFileSync(compilations, "utf8").length : 0);

test("code is compiled once, from any working directory, and again when a module that it imports has changed", () => {
  expect([start().stdout, start().stdout, compiled()]).toEqual(["first [ 'a' ]\n", "first [ 'a' ]\n", 1]);
  put("src/say.ts", "export const say = (words: string): void => console.log(words.toUpperCase());\n");
  expect([start().stdout, start().stdout, compiled()]).toEqual(["FIRST\n", "FIRST\n", 2]);
  put("package-lock.json", "{ }");
  expect([start().stdout, compiled()]).toEqual(["FIRST\n", 3]);
});

test("code that changes while it is compiled is never kept under the name of what it was", () => {
  compiler(`if (!fs.existsSync(${JSON.stringify(cache)} + "/../changed")) {
    fs.writeFileSync(${JSON.stringify(cache)} + "/../changed", "");
    fs.writeFileSync(${JSON.stringify(join(project, "src/hello.ts"))}, 'console.log("second")');
  }`);
  expect(start().stdout).toBe("second\n");
  hello("first");
  expect(start().stdout).toBe("first [ 'a' ]\n");
  expect(readdirSync(cache).length).toBe(2);
});

test("of processes that compile at once each runs the code, and one result stays", async () => {
  compiler("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);");
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] }));
  const said = await Promise.all(
    children.map(async (child) => {
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      await once(child, "close");
      return text;
    }),
  );
  expect(said).toEqual(Array(4).fill("first []\n"));
  expect(compiled()).toBeGreaterThan(1);
  expect(readdirSync(cache).length).toBe(1);
});

test("an error names file and line of the source, in a worker thread too", () => {
  put("src/hello.ts", "interface Unused {\n  nothing: string;\n}\n\nthrow new Error(`wrong` as string);\n");
  expect(start().stderr).toMatch(/src\/hello\.ts:5\b/);
  put(
    "src/thread.ts",
    `import { Worker } from "node:worker_threads";
    new Worker(${JSON.stringify(words[0])}, { argv: ["src/hello.ts"] }).on("error", (error) => console.log(error.stack));`,
  );
  expect(spawnSync(process.execPath, [words[0] as string, "src/thread.ts"], { encoding: "utf8" }).stdout).toMatch(/src\/hello\.ts:5\b/);
});

test("code that does not compile is said with file and line, and nothing is kept of it", () => {
  put("src/say.ts", "export const say = ;\n");
  const { status, stderr } = start();
  expect(status).toBe(1);
  expect(stderr).toMatch(/src\/say\.ts:1:19: ERROR/);
  expect(readdirSync(cache)).toEqual([]);
});

test("a cache that cannot be written is named, with what to do", () => {
  mkdirSync(join(cache, ".."), { recursive: true });
  writeFileSync(cache, "a file");
  const { status, stderr } = start();
  expect(status).toBe(1);
  expect(stderr).toContain(`${cache} cannot be written; run any aldyn command once as the owner of ${project}`);
  mkdirSync(join(project, "src/cli"));
  copyFileSync(projectFile("src/cli/aldyn.js"), join(project, "src/cli/aldyn.js"));
  const command = spawnSync(process.execPath, [join(project, "src/cli/aldyn.js"), "list"], { encoding: "utf8" });
  expect(command.status).toBe(1);
  expect(command.stderr).toMatch(/^aldyn: .* cannot be written; run any aldyn command once as the owner of [^\n]*\n$/);
});

test("of other states the thirty newest stay, and the one that is needed in any case", () => {
  for (let age = 1; age <= 40; age++) {
    mkdirSync(join(cache, `state-${age}`), { recursive: true });
    utimesSync(join(cache, `state-${age}`), new Date(), new Date(Date.now() + (31 - age) * 1e6));
  }
  expect(start().stdout).toBe("first [ 'a' ]\n");
  const kept = readdirSync(cache);
  expect(kept.length).toBe(31);
  expect(kept).toContain("state-30");
  expect(kept).not.toContain("state-31");
});

test("every module that the product starts is compiled by its first command, and only one asks where it stands", () => {
  const below = (room: string) => readdirSync(projectFile(room), { recursive: true, encoding: "utf8" }).map((path) => `${room}/${path}`);
  const sources = [...below("src"), ...below("pipelines")].filter((path) => path.endsWith(".ts"));
  const text = (path: string) => readFileSync(projectFile(path), "utf8");
  const started = sources.flatMap((path) =>
    [...text(path).matchAll(/start\.js"\), (?:\{\s*argv: )?\["([^"]+)"\]/g)].map((match) => match[1]),
  );
  expect(started.length).toBe(5);
  const listed = text("src/domain/import-compiled.js");
  expect(started.filter((path) => !listed.includes(`  "${path}",`))).toEqual([]);
  expect(sources.filter((path) => text(path).includes("start.js")).length).toBe(5);
  expect(sources.filter((path) => text(path).includes("import.meta"))).toEqual(["src/domain/project-files.ts"]);
});
