import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { parameterAt, readParameters } from "../src/parameters/dated-values.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { ingest } from "../src/sources/ingest.ts";
import { generatePopulation } from "../src/synth/generate.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import type { Session } from "../src/warehouse/session.ts";
import { openKnown, openWarehouseToWrite } from "../src/warehouse/warehouse.ts";
import { entitlementByHand, type Judged, type JudgedFamily } from "./support/entitlement-by-hand.ts";
import { entitlementBySql, levelsBySql } from "./support/entitlement-by-sql.ts";
import { type CountedLevel, levelsByHand } from "./support/level-by-hand.ts";
import { plantOddFamilies } from "./support/odd-families.ts";
import { plantOddLevels } from "./support/odd-levels.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
/** Under the rules of 2025 and of 2026. */
const days = ["2025-12-20", "2026-09-14"];
const tables = [
  "household",
  "person",
  "income",
  "asset",
  "benefit",
  "emergency",
  "employment_measure",
  "credit",
  "health",
  "schooling",
  "level",
];
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
  try {
    await plantOddFamilies(warehouse, days);
    await plantOddLevels(warehouse);
  } finally {
    warehouse.close();
  }
  session = await openKnown(data, { threads: 2 });
  snapshot = await session.value<number>("select max(load_id) from load");
});
afterAll(() => session?.close());

const answers = ["yes", "no", "unknown"];
const states = ["may_be_entitled", "unknown", "not_by_registers"];
/** Everything that can be said of a family on the day, each of which some family must be told. */
function everyAnswer(asOf: string): string[] {
  const conditions = [
    "below_line",
    "no_second_dwelling",
    "no_dwelling_alienated",
    "cars",
    "no_business_premises",
    "no_building_plot",
    "no_work_vehicles",
    "no_refusal_block",
    ...(asOf < "2026-01-01" ? [] : ["sole_trader"]),
  ];
  return [
    ...["tsa", "child_supplement", "school_package", "large_family_benefit"].flatMap((programme) =>
      states.map((state) => `${programme} ${state}`),
    ),
    "flood_lump_sum unknown",
    "flood_lump_sum not_by_registers",
    ...conditions.flatMap((condition) => answers.map((answer) => `${condition} ${answer}`)),
    ...["tsa", "child_supplement", "large_family_benefit"].flatMap((programme) =>
      answers.map((answer) => `receives ${programme} ${answer}`),
    ),
    ...["unconditional", "conditional", "null"].map((kind) => `kind ${kind}`),
  ];
}

function answersOf({ judged: { programmes, conditions, receives, tsaKind } }: JudgedFamily): string[] {
  return [
    ...Object.entries(programmes).map(([programme, { state }]) => `${programme} ${state}`),
    ...Object.entries(conditions).map(([condition, answer]) => `${condition} ${answer}`),
    ...Object.entries(receives).map(([programme, answer]) => `receives ${programme} ${answer}`),
    `kind ${tsaKind}`,
  ];
}

/** The first households of which the two differ, with the facts. */
function differences(hand: Map<string, JudgedFamily>, product: Map<string, Judged>) {
  return [...hand]
    .filter(([id, { judged }]) => !isDeepStrictEqual(judged, product.get(id)))
    .map(([id, { family, judged }]) => ({ id, family, byHand: judged, bySql: product.get(id) }));
}

/** Every family's points and level by both, and each level told to some family, by itself and as one of several. */
async function expectSameLevels(asOf: string, families: ReadonlyMap<string, JudgedFamily>): Promise<void> {
  const parameters = readParameters(deployment.parameters);
  const quarter = await session.value<string>("select max(income_quarter)::varchar from entitlement_family");
  const inForce = (name: string) => parameterAt(parameters, name, asOf);
  const hand = await levelsByHand(session, { asOf, snapshot, inForce, quarter }, families);
  const product = await levelsBySql(session, deployment, asOf, quarter);
  const differing = [...hand].filter(([id, counted]) => !isDeepStrictEqual(counted, product.get(id)));
  const shown = differing
    .slice(0, 3)
    .map(([id, counted]) => ({ id, ...differenceOf(counted, product.get(id)), family: families.get(id)?.family }));
  expect(shown, `${differing.length} levels differ`).toEqual([]);
  expect(product.size).toBe(hand.size);
  const told = new Map<string, number>();
  for (const { levels } of hand.values()) told.set(levels.join(), (told.get(levels.join()) ?? 0) + 1);
  for (const levels of ["A", "B", "C", "D", "E", "B,C", "C,D", "D,E"]) expect(told.get(levels) ?? 0, levels).toBeGreaterThanOrEqual(3);
}

function differenceOf(hand: CountedLevel, product: CountedLevel | undefined) {
  const criteria = Object.keys(hand.points).filter((id) => !isDeepStrictEqual(hand.points[id], product?.points[id]));
  return {
    criteria: criteria.map((id) => [id, hand.points[id], product?.points[id]]),
    levels: [hand.levels, product?.levels, hand.published, product?.published],
  };
}

test.each(days)("at %s the product and the second implementation agree on every programme of 20,000 households", async (asOf) => {
  await createReferenceTables(session, deployment, asOf);
  const hand = await entitlementByHand(session, { asOf, snapshot, parameters: readParameters(deployment.parameters) });
  const product = await entitlementBySql(session, deployment, { asOf, snapshot });
  expect(hand.size).toBeGreaterThanOrEqual(20_000);
  expect(product.size).toBe(hand.size);
  const times = new Map<string, number>();
  for (const family of hand.values()) for (const answer of answersOf(family)) times.set(answer, (times.get(answer) ?? 0) + 1);
  expect(everyAnswer(asOf).filter((answer) => (times.get(answer) ?? 0) < 10)).toEqual([]);
  const found = differences(hand, product);
  expect(found.slice(0, 3), `${found.length} households differ`).toEqual([]);
  await expectSameLevels(asOf, hand);
});
