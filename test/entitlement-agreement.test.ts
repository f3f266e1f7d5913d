import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { readParameters } from "../src/parameters/dated-values.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { ingest } from "../src/sources/ingest.ts";
import { generatePopulation } from "../src/synth/generate.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openKnown, openWarehouseToWrite } from "../src/warehouse/warehouse.ts";
import { entitlementByHand } from "./support/entitlement-by-hand.ts";
import { plantOddFamilies } from "./support/odd-families.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
/** Under the rules of 2024, of 2025 and of 2026. */
const days = ["2024-12-10", "2025-12-20", "2026-09-14"];
const tables = ["household", "person", "income", "asset", "benefit", "emergency", "employment_measure"];

test("the product and the second implementation agree on every programme of 20,000 households, among them many odd ones", async () => {
  const directory = join(root, "population");
  let t = Date.now();
  const lap = (what: string) => { console.log(what, Date.now() - t); t = Date.now(); };
  await generatePopulation({ households: 20_000, months: 30, seed: 5, until: "2026-10-01", directory, threads: 2, partitions: 1, tables });
  lap("synth");
  const data = dataDirectory(join(root, "var"));
  await ingest({
    data,
    sources: [directory],
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: {},
    now: () => new Date("2026-10-02T00:00:00Z"),
  });
  lap("ingest");
  const warehouse = await openWarehouseToWrite(data);
  await plantOddFamilies(warehouse, days).finally(() => warehouse.close());
  lap("plant");
  const session = await openKnown(data, { threads: 2 });
  try {
    const snapshot = await session.value<number>("select max(load_id) from load");
    for (const asOf of days) {
      await createReferenceTables(session, deployment, asOf);
      const hand = await entitlementByHand(session, { asOf, snapshot, parameters: readParameters(deployment.parameters) });
      lap(asOf);
      const count = new Map<string, number>();
      for (const each of hand.values()) {
        for (const [p, v] of Object.entries(each.programmes)) count.set(`${p} ${v.state}`, (count.get(`${p} ${v.state}`) ?? 0) + 1);
        count.set(`kind ${each.tsaKind}`, (count.get(`kind ${each.tsaKind}`) ?? 0) + 1);
        for (const [p, v] of Object.entries(each.conditions)) count.set(`  ${p} ${v}`, (count.get(`  ${p} ${v}`) ?? 0) + 1);
      }
      console.log(asOf, hand.size, Object.fromEntries([...count].sort()));
    }
  } finally {
    session.close();
  }
});
