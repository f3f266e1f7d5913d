import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { createFeatures } from "../src/features/build.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { ingest } from "../src/sources/ingest.ts";
import { generatePopulation } from "../src/synth/generate.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { naiveFeatures } from "./support/naive-features.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));

test("features of a made-up population agree with a naive recomputation, with late rows and gaps in coverage", async () => {
  const directory = join(root, "population");
  await generatePopulation({ households: 1200, months: 24, seed: 5, until: "2026-10-01", directory, threads: 2, partitions: 1 });
  const data = dataDirectory(join(root, "var"));
  await ingest({
    data,
    sources: [directory],
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: {},
    now: () => new Date("2026-10-02T00:00:00Z"),
  });
  const session = await openKnown(data, { threads: 2 });
  try {
    const snapshot = await session.value<number>("select max(load_id) from load");
    for (const asOf of ["2026-10-01", "2026-05-10", "2025-08-17"]) {
      await createReferenceTables(session, deployment, asOf);
      await createFeatures(session, { asOf, snapshot });
      const made = await session.rows("select * from features order by household_key");
      const naive = await naiveFeatures(session, asOf, snapshot);
      expect(made.length).toBeGreaterThan(1000);
      expect(naive.size).toBe(made.length);
      for (const row of made) {
        const expected = naive.get(row.household_key) as Record<string, number | boolean | null>;
        for (const [name, value] of Object.entries(expected)) {
          const message = `${name} of ${row.household_id} at ${asOf}`;
          if (typeof value === "number") expect(row[name], message).toBeCloseTo(value, 6);
          else expect(row[name], message).toBe(value);
        }
      }
      const shown = [...naive.values()];
      for (const name of ["tsa_spells", "overdue_days_max", "job_losses_6m", "utility_arrears_lcu"])
        expect(shown.filter((row) => Number(row[name]) > 0).length, `${name} is seen at ${asOf}`).toBeGreaterThan(2);
    }
  } finally {
    session.close();
  }
});
