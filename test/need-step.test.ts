import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256 } from "../src/domain/canonical.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { measureNeed } from "../src/steps/measure-need.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { asOf, fullCoverage } from "./support/features.ts";
import { temporaryDirectory, writeRegistry } from "./support/registry.ts";
import { richWorld, together } from "./support/rich-world.ts";

const root = temporaryDirectory(afterAll);
const names = Array.from({ length: 10 }, (_, index) => `household ${index}`);
const data = await writeRegistry(join(root, "var"), together(...names.map((name) => richWorld(name))), fullCoverage);
const deploymentFile = projectFile("models/deployment.yaml");

/** Runs the step as a pipeline would; SHA-256 of each file it wrote, by path. */
async function filesOf(threads: number, partitions: number): Promise<Record<string, string>> {
  const outputDirectory = join(root, `${threads}-${partitions}`);
  mkdirSync(outputDirectory);
  const manifest = { as_of: asOf, snapshot: { load_id: 1, loads_sha256: "" } } as Parameters<typeof measureNeed.run>[0]["manifest"];
  const counts = await measureNeed.run({
    data,
    deploymentFile,
    manifest,
    runDirectory: root,
    outputDirectory,
    partitions,
    threads,
    memoryLimit: undefined,
    progress: () => undefined,
    openKnown: async () => {
      const session = await openKnown(data, { threads });
      await createReferenceTables(session, readDeployment(deploymentFile), asOf);
      return session;
    },
  });
  expect(counts.households).toBe(names.length);
  return Object.fromEntries(
    readdirSync(outputDirectory)
      .sort()
      .map((path) => [path, sha256(readFileSync(join(outputDirectory, path)))]),
  );
}

test("every eight buckets have their file of need, in order of ids, whose bytes do not depend on threads or partitions", async () => {
  const expected = await filesOf(1, 1);
  expect(Object.keys(expected).length).toBe(8);
  expect(new Set(Object.values(expected)).size).toBeGreaterThan(4);
  for (const [threads, partitions] of [
    [2, 1],
    [2, 5],
  ] as const)
    expect(await filesOf(threads, partitions), `${threads} threads, ${partitions} partitions`).toEqual(expected);
  const session = await openDatabase(":memory:", { mode: "write" });
  const rows = await session.rows(`select * from read_parquet('${join(root, "1-1", "*.parquet")}')`);
  session.close();
  const ids = rows.map((row) => String(row.household_id));
  expect(ids).toEqual([...ids].sort());
  expect(ids.length).toBe(names.length);
  expect(rows[0]).not.toHaveProperty("household_key");
  expect(rows.every((row) => row.income_lcu !== null && row.standard_lcu !== null)).toBe(true);
}, 600_000);
