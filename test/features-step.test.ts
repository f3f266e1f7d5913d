import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256 } from "../src/domain/canonical.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { fileName, filesFor, inGroups, manyHouseholds } from "../src/steps/bucket-files.ts";
import { buildFeatures } from "../src/steps/build-features.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { asOf, fullCoverage } from "./support/features.ts";
import { temporaryDirectory, writeRegistry } from "./support/registry.ts";
import { richWorld, together } from "./support/rich-world.ts";

const root = temporaryDirectory(afterAll);
const names = Array.from({ length: 12 }, (_, index) => `household ${index}`);
const data = await writeRegistry(join(root, "var"), together(...names.map((name) => richWorld(name))), fullCoverage);
const deploymentFile = projectFile("models/deployment.yaml");

/** Runs the step as a pipeline would; SHA-256 of each file it wrote, by path. */
async function filesOf(threads: number, partitions: number): Promise<Record<string, string>> {
  const outputDirectory = join(root, `${threads}-${partitions}`);
  mkdirSync(outputDirectory);
  const counts = await buildFeatures.run({
    data,
    deploymentFile,
    manifest: {
      pipeline: "nightly",
      as_of: asOf,
      snapshot: { load_id: 1, loads_sha256: "" },
      code_version: "",
      deployment_sha256: "",
      parameters_sha256: "",
      rules_sha256: "",
      programmes_sha256: "",
      policy_sha256: "",
      catalogue_sha256: "",
      model: null,
    },
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
  const paths = readdirSync(outputDirectory, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".parquet"));
  return Object.fromEntries(paths.sort().map((path) => [path, sha256(readFileSync(join(outputDirectory, path)))]));
}

test("every eight buckets have their file of features and of protected traits, whose bytes do not depend on threads or partitions", async () => {
  const expected = await filesOf(1, 1);
  expect(Object.keys(expected).length).toBe(2 * 8);
  expect(new Set(Object.values(expected)).size).toBeGreaterThan(7);
  for (const [threads, partitions] of [
    [2, 1],
    [4, 3],
    [2, 8],
  ] as const)
    expect(await filesOf(threads, partitions), `${threads} threads, ${partitions} partitions`).toEqual(expected);
}, 600_000);

test("households are in order of their id, each in the file of the bucket of its first six bits; features name no protected trait", async () => {
  const session = await openDatabase(":memory:", { mode: "write" });
  const rows = (path: string) => session.rows(`select * from read_parquet('${join(root, "1-1", path)}', filename = true)`);
  const [features, audit] = [await rows("*.parquet"), await rows("audit/*.parquet")];
  session.close();
  expect(features.map((row) => row.household_id)).toEqual(audit.map((row) => row.household_id));
  expect(features.map((row) => row.household_id)).toEqual(features.map((row) => row.household_id).sort());
  for (const row of features) expect(String(row.filename)).toContain(`/${fileName(fileOf(String(row.household_id)))}`);
  expect(Object.keys(features[0] ?? {}).filter((name) => /sex|language|household_key/.test(name))).toEqual([]);
  expect({ ...audit[0], household_id: "", filename: "" }).toEqual({
    household_id: "",
    filename: "",
    sex_of_head: "female",
    region_code: "110000000",
    settlement: "rural",
    disability: "no",
    family_type: "other_with_children",
    household_size: "3-4",
    contact_language: "kk",
    weight: null,
  });
});

/** By the first six bits of an id. */
const fileOf = (id: string) => {
  const bucket = Number.parseInt(id.slice(0, 2), 16) >> 2;
  return filesFor(names.length).find(([from, until]) => from <= bucket && bucket < until)!;
};

test("every bucket has a file of its own where households are many, and eight share one where they are few; groups leave none out", () => {
  expect([1, manyHouseholds - 1, manyHouseholds].map((known) => filesFor(known).length)).toEqual([8, 8, 64]);
  for (const known of [1, manyHouseholds])
    for (const partitions of [0, 1, 3, 7, 64, 1000]) {
      const files = filesFor(known);
      const groups = inGroups(files, partitions);
      expect(groups.length).toBe(Math.min(Math.max(partitions, 1), files.length));
      expect(groups.flat()).toEqual(files);
      expect(files.flatMap(([from, until]) => Array.from({ length: until - from }, (_, index) => from + index))).toEqual(
        Array.from({ length: 64 }, (_, bucket) => bucket),
      );
    }
});
