import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { generatePopulation } from "../src/synth/generate.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const made = (directory: string) =>
  generatePopulation({
    ...{ households: 20, months: 1, seed: 1, until: "2026-10-01", threads: 1, partitions: 1 },
    ...{ directory, tables: ["household"] },
  });

test("a population is written over an earlier one, never over somebody's files", async () => {
  const own = join(root, "own");
  const first = await made(own);
  expect(await made(own)).toEqual(first);

  const foreign = join(root, "foreign");
  const file = join(foreign, "household", "register.csv");
  mkdirSync(join(foreign, "household"), { recursive: true });
  writeFileSync(file, "household_id\n");
  for (const sources of [undefined, "source: register\ntables: []\n"]) {
    if (sources !== undefined) writeFileSync(join(foreign, "sources.yaml"), sources);
    await expect(made(foreign)).rejects.toThrow(/--out .*foreign has household\/, which holds files that no population wrote/);
    expect(existsSync(file)).toBe(true);
  }
  await expect(made(projectFile(""))).rejects.toThrow(/is where you stand or where Aldyn itself is/);
});
