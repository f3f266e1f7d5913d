import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { readParameters } from "../src/parameters/dated-values.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { ingest } from "../src/sources/ingest.ts";
import { generatePopulation } from "../src/synth/generate.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import type { Session } from "../src/warehouse/session.ts";
import { openKnown, openWarehouseToWrite } from "../src/warehouse/warehouse.ts";
import { entitlementByHand, type Judged, type JudgedFamily } from "./support/entitlement-by-hand.ts";
import { entitlementBySql } from "./support/entitlement-by-sql.ts";
import { plantOddFamilies } from "./support/odd-families.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
/** Under the rules of 2025 and of 2026. */
const days = ["2025-12-20", "2026-09-14"];
const tables = ["household", "person", "income", "asset", "benefit", "emergency", "employment_measure"];
let session: Session;
let snapshot: number;

beforeAll(async () => {
  const directory = join(root, "population");
  await generatePopulation({ households: 20_500, months: 16, seed: 5, until: "2026-10-01", directory, threads: 2, partitions: 1, tables });
  const data = dataDirectory(join(root, "var"));
  await ingest({
    data,
    sources: [directory],
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: {},
    now: () => new Date("2026-10-02T00:00:00Z"),
  });
  const warehouse = await openWarehouseToWrite(data);
  await plantOddFamilies(warehouse, days).finally(() => warehouse.close());
  session = await openKnown(data, { threads: 2 });
  snapshot = await session.value<number>("select max(load_id) from load");
});
afterAll(() => session?.close());

/** How often each answer was given, so that none goes untried. */
function answersOf(families: Iterable<JudgedFamily>): Map<string, number> {
  const times = new Map<string, number>();
  const count = (answer: string) => times.set(answer, (times.get(answer) ?? 0) + 1);
  for (const { judged } of families) {
    for (const [programme, { state, amount }] of Object.entries(judged.programmes))
      count(`${programme} ${state}${amount === null ? "" : " with a sum"}`);
    for (const [condition, answer] of Object.entries(judged.conditions)) count(`${condition} ${answer}`);
    for (const [programme, answer] of Object.entries(judged.receives)) count(`${programme} received: ${answer}`);
    count(`kind ${judged.tsaKind}`);
  }
  return times;
}

/** The first households of which the two differ, with the facts. */
function differences(hand: Map<string, JudgedFamily>, product: Map<string, Judged>) {
  return [...hand]
    .filter(([id, { judged }]) => !isDeepStrictEqual(judged, product.get(id)))
    .map(([id, { family, judged }]) => ({ id, family, byHand: judged, bySql: product.get(id) }));
}

test.each(days)("at %s the product and the second implementation agree on every programme of 20,000 households", async (asOf) => {
  await createReferenceTables(session, deployment, asOf);
  const hand = await entitlementByHand(session, { asOf, snapshot, parameters: readParameters(deployment.parameters) });
  const product = await entitlementBySql(session, deployment, { asOf, snapshot });
  expect(hand.size).toBeGreaterThanOrEqual(20_000 * (asOf < "2026" ? 0.97 : 0.98));
  expect(product.size).toBe(hand.size);
  const times = answersOf(hand.values());
  console.log(asOf, hand.size, [...times].sort());
  const found = differences(hand, product);
  console.log(found.length);
  expect(found.slice(0, 3), `${found.length} households differ`).toEqual([]);
});
