// Node 20 runs no TypeScript. What a process or a thread starts with is bundled by esbuild on its first use and kept by the hash of the code in
// node_modules/.cache/aldyn: a loader that translated module by module took most of a short command's time.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules", ".cache", "aldyn");
/** What the product starts is compiled together, so that after one command of an installation's owner others need not write to it. */
const productEntries = [
  "src/cli/main.ts",
  "src/runs/task-child.ts",
  "src/experiments/work-child.ts",
  "src/cases/pglite-worker.ts",
  "src/scoring/score-worker.ts",
  "src/training/boosting/worker.ts",
];
/** So many others are kept, for processes that still run on them. */
const mostKept = 30;

/** The compiled code cannot be kept. */
export class CacheUnwritable extends Error {}

/** Imports a TypeScript module, given from the project's root, as the code is now. An Error names the cache when that cannot be written. */
export async function importCompiled(entry) {
  process.setSourceMapsEnabled(true);
  const directory = compiledNow(productEntries.includes(entry) ? productEntries : [entry]);
  return import(pathToFileURL(join(directory, entry.replace(/\.ts$/, ".js"))).href);
}

/** Code that was changed while it was compiled is compiled again. */
function compiledNow(entries) {
  for (;;) {
    const directory = join(cache, hashOfCode(entries));
    if (existsSync(directory)) return directory;
    const partial = `${directory}.${randomUUID()}`;
    try {
      mkdirSync(partial, { recursive: true });
    } catch (error) {
      throw new CacheUnwritable(`${cache} cannot be written; run any aldyn command once as the owner of ${root} (${error.message})`);
    }
    try {
      bundle(entries, partial);
      if (join(cache, hashOfCode(entries)) === directory) renameSync(partial, directory);
    } catch (error) {
      // Of those who compile at once, the first wins.
      if (!existsSync(directory)) throw error;
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    removeOldBut(directory);
  }
}

function hashOfCode(entries) {
  const hash = createHash("sha256")
    .update(JSON.stringify([root, entries]))
    .update(readFileSync(join(root, "package-lock.json")));
  for (const room of new Set(["src", "pipelines", ...entries.map(dirname).filter((room) => !room.startsWith("src/"))]))
    for (const file of readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).sort())
      if (/\.[jt]s$/.test(file)) hash.update(`\0${room}/${file}\0`).update(readFileSync(join(root, room, file)));
  return hash.digest("hex").slice(0, 24);
}

function bundle(entries, outdir) {
  const { buildSync } = createRequire(import.meta.url)("esbuild");
  buildSync({
    entryPoints: entries.map((entry) => join(root, entry)),
    outbase: root,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: true,
    sourcesContent: false,
    logLevel: "silent",
    packages: "external",
    // The one package that goes into the bundle: its two hundred small files took as long to load as all the rest.
    alias: { "@duckdb/node-api": join(root, "node_modules", "@duckdb", "node-api") },
    banner: { js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);' },
    // The only module that asks where it stands is domain/project-files.ts.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(root, "src", "domain", "project-files.ts")).href) },
  });
}

function removeOldBut(directory) {
  const others = readdirSync(cache)
    .map((name) => join(cache, name))
    .filter((path) => path !== directory)
    .map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }));
  for (const { path } of others.sort((a, b) => b.at - a.at).slice(mostKept)) rmSync(path, { recursive: true, force: true });
}
