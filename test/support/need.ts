import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFile } from "../../src/domain/project-files.ts";
import { createNeed } from "../../src/need/build.ts";
import type { NeedRow } from "../../src/need/need-row.ts";
import { readDeployment } from "../../src/parameters/deployment.ts";
import type { Session } from "../../src/warehouse/session.ts";
import { asOf, byName, inRegistry, type Tables, type World } from "./features.ts";

/** Standards of one month that are easy to add up: by unit, [food, housing, medical, education, transport, clothing, other]. */
export const plainStandards: Record<string, number[]> = {
  child_0_6: [10_000, 2_000, 500, 1_000, 0, 1_500, 300],
  child_7_13: [12_000, 2_000, 400, 2_000, 600, 1_600, 400],
  child_14_17: [15_000, 2_000, 400, 2_000, 900, 1_700, 500],
  adult: [14_000, 2_000, 450, 100, 1_200, 1_200, 500],
  pensioner: [12_000, 2_000, 900, 0, 500, 800, 400],
  age_unknown: [10_000, 2_000, 400, 0, 0, 800, 300],
  household: [0, 2_400, 0, 0, 0, 0, 200],
  disability: [0, 0, 1_500, 0, 600, 0, 300],
  rented: [0, 9_000, 0, 0, 0, 0, 0],
  mortgaged: [0, 6_000, 0, 0, 0, 0, 0],
  dormitory: [0, 3_000, 0, 0, 0, 0, 0],
};
/** What a heated month adds for each member. */
export const heatingMore = 300;

const legal = {
  mrp: 4_000,
  self_employed_floor_mrp: 25,
  life_stage_young_head_until_age: 35,
  life_stage_small_children_factor: 1.1,
  life_stage_school_children_factor: 1.05,
  life_stage_young_factor: 1.2,
  life_stage_adults_factor: 1,
  life_stage_pensioners_factor: 0.95,
};
const members = ["child_0_6", "child_7_13", "child_14_17", "adult", "pensioner", "age_unknown"];

/** A directory of the plain standards everywhere in the third quarter of 2026, September being heated. */
function writeStandards(): string {
  const directory = join(tmpdir(), `aldyn-plain-standards-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  const head = "region,quarter,season,unit,food,housing,medical,education,transport,clothing,other,status";
  const rows = ["warm", "heating"].flatMap((season) =>
    Object.entries(plainStandards).map(([unit, [food, housing = 0, ...rest]]) => {
      const more = season === "heating" && members.includes(unit) ? heatingMore : 0;
      return [",2026Q3", season, unit, food, housing + more, ...rest, "derived"].join(",");
    }),
  );
  writeFileSync(join(directory, "standards.csv"), `${[head, ...rows].join("\n")}\n`);
  const ones = "{food: 1, housing: 1, medical: 1, education: 1, transport: 1, clothing: 1, other: 1}";
  const dated = (name: string, value: string) => `${name}:\n  - {from: 2018-01-01, status: assumption, reference: test, value: ${value}}\n`;
  const units = [
    "child_0_6",
    "child_7_13",
    "child_14_17",
    "adult",
    "pensioner",
    "household",
    "disability",
    "rented",
    "mortgaged",
    "dormitory",
  ];
  writeFileSync(
    join(directory, "method.yaml"),
    [
      dated("shares", "{food: 0.4, housing: 0.1, medical: 0.1, education: 0.1, transport: 0.1, clothing: 0.1, other: 0.1}"),
      dated("units", `{${units.map((unit) => `${unit}: ${ones}`).join(", ")}}`),
      dated("season", "{housing: 1, clothing: 1}"),
      dated("heating_months", '{"": [9]}'),
      dated("prices", "{}"),
    ].join(""),
  );
  return directory;
}

/** The plain legal values that need reads beside those of features. */
export async function preparePlainNeed(session: Session): Promise<void> {
  for (const [name, value] of Object.entries(legal))
    await session.run("insert into reference_parameter values ($name, $value)", { name, value });
}

const deployment = readDeployment(projectFile("models/deployment.yaml"));

/** The need of a literal registry by the short names of its households, with plain standards: line 40,000, subsistence minimum 50,000. */
export function needsOf(world: World, { standards = true } = {}): Promise<Record<string, NeedRow>> {
  const place = { ...deployment, standards: standards ? writeStandards() : "/nowhere" };
  return inRegistry(world, async (session) => {
    await preparePlainNeed(session);
    await createNeed(session, place, { asOf, snapshot: 100 });
    const rows = await session.rows("select * exclude (household_key) from need order by household_id");
    return byName(world.tables, rows) as Record<string, NeedRow>;
  });
}

/** The need of each of several worlds' household "h", all in one registry, in their order. */
async function needOfEach(worlds: readonly Tables[]): Promise<NeedRow[]> {
  const tables: Tables = {};
  for (const [index, world] of worlds.entries())
    for (const [name, rows] of Object.entries(world)) {
      const own = (id: string | number | boolean | null | undefined) => (id === null || id === undefined ? null : `${id} ${index}`);
      const renamed = rows.map((row) => ({
        ...row,
        ...("household_id" in row ? { household_id: own(row.household_id) } : {}),
        ...("person_id" in row ? { person_id: own(row.person_id) } : {}),
      }));
      tables[name] = [...(tables[name] ?? []), ...renamed];
    }
  const found = await needsOf({ tables });
  return worlds.map((_, index) => ({ ...(found[`h ${index}`] as NeedRow), household_id: "h" }));
}

let waiting: { world: Tables; answer: (row: NeedRow) => void; fail: (error: Error) => void }[] = [];

/** The need of a world's household "h". Calls made at once are answered from one registry. */
export function needOf(world: Tables): Promise<NeedRow> {
  if (waiting.length === 0)
    setImmediate(() => {
      const asked = waiting;
      waiting = [];
      needOfEach(asked.map((each) => each.world)).then(
        (rows) => {
          for (const [index, { answer }] of asked.entries()) answer(rows[index] as NeedRow);
        },
        (error: Error) => {
          for (const { fail } of asked) fail(error);
        },
      );
    });
  return new Promise((answer, fail) => waiting.push({ world, answer, fail }));
}
