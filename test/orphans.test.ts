import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { NightlyResult } from "../src/runs/run-nightly.ts";
import { orphanWarnings } from "../src/steps/check-registry.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { load, newBench, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

describe("references that lead to nobody", () => {
  const income = (orphans: number, references: number) => ({
    ...{ table: "income", row_count: 1000, references_to_household: 1000, orphans_of_household: 0 },
    ...{ references_to_person: references, orphans_of_person: orphans },
  });

  test.each([
    ["at the limit", income(2, 200), 0],
    ["above it", income(3, 200), 1],
    ["above it only among the rows that name somebody", income(8, 20), 1],
    ["in a table that names nobody", income(0, 0), 0],
    ["in a table of places", { table: "emergency", row_count: 5 }, 0],
  ])("%s", (_, table, warnings) => {
    expect(orphanWarnings([table], 0.01)).toHaveLength(warnings);
  });

  test("a limit of 0 allows none, a limit of 1 all", () => {
    expect(orphanWarnings([income(1, 200)], 0)).toHaveLength(1);
    expect(orphanWarnings([income(200, 200)], 1)).toEqual([]);
  });
});

test("a run says which table refers to families that no register knows, on the screen, in its report and as JSON", async () => {
  const bench = newBench(root);
  const wages = ["h1,2025-01-01,100", "h2,2025-01-01,200", "gone,2025-01-01,300", "gone,2025-02-01,300"];
  const known = { recorded_at: "2025-02-10" };
  const tables = [
    { table: "household", files: "households.csv", ...known },
    { table: "income", files: "wages.csv", columns: { kind: "'wage'" }, ...known },
  ];
  await load(
    bench,
    writeSource(
      bench,
      "region",
      { tables },
      {
        "households.csv": "household_id,area_code\nh1,101010000\nh2,750000000\n",
        "wages.csv": `household_id,month,amount_lcu\n${wages.join("\n")}\n`,
      },
    ),
  );
  const words = ["run", "nightly", "--as-of", "2025-04-01", "--data", bench.data.root];
  const { status, stdout, stderr } = await aldyn(words);
  expect(status, stderr).toBe(0);
  const [line] = stdout.split("\n").filter((each) => each.includes("warning"));
  expect(line).toContain(
    "income: 2 of 4 rows that name a household (50.0 %) name one that no register knows, more than max_orphan_share 0.01",
  );

  const { run_id, warnings } = await aldynJson<NightlyResult>(words);
  expect(line).toContain(warnings[0]);
  expect(warnings).toHaveLength(1);
  const report = readFileSync(join(bench.data.runs, run_id, "report.md"), "utf8");
  expect(report).toContain(`## Warnings\n\n- ${warnings[0]}\n`);
  expect(report).toContain("| income | 4 | 2 of 4 | 0 of 0 |");
});
