import { expect, test } from "vitest";
import { createFeatures } from "../src/features/build.ts";
import { lineageFaults, lineageOf } from "../src/features/lineage.ts";
import type { Session } from "../src/warehouse/session.ts";
import { asOf, featuresOf, household, inRegistry, only, person } from "./support/features.ts";

const observed = (household_id: string | null, name: string, observed_on: string, value: number, person_id: string | null = null) => ({
  household_id,
  person_id,
  name,
  observed_on,
  value,
  recorded_at: observed_on,
});
const sentences = `{"kk": "{value} бөлме", "ru": "{value} комнаты", "en": "{value} rooms"}`;
const recipes =
  (...rows: [name: string, recipe: string, months: number | null, loadId?: number][]) =>
  async (session: Session) => {
    await session.run(
      "create temp table observation_recipe (load_id integer, name varchar, recipe varchar, window_months integer, definition json)",
    );
    for (const [name, recipe, months, load = 1] of rows)
      await session.run("insert into observation_recipe values ($load, $name, $recipe, $months, $definition)", {
        load,
        name,
        recipe,
        months,
        definition: `{"unit": "rooms", "direction": "-", "sentences": ${sentences}}`,
      });
  };
const tables = {
  household: [household("h", { members: 2 }), household("silent", { members: 1 })],
  observation: [
    observed("h", "Rooms used", "2026-07-01", 4),
    observed("h", "Rooms used", "2026-06-30", 9),
    observed("h", "Rooms used", "2026-08-15", 3),
    observed("h", "Rooms used", "2026-04-01", 7),
    observed("h", "Rooms used", "2026-03-31", 100),
    observed("h", "Rooms used", "2026-10-01", 50),
    observed("h", "sold belongings", "2026-02-10", 1),
    observed("h", "sold belongings", "2026-08-10", 0),
  ],
};

test("each name becomes a feature by its recipe and window alone", async () => {
  const features = await featuresOf({
    tables,
    prepare: recipes(
      ["Rooms used", "latest", 3],
      ["Rooms used", "change", 3],
      ["Rooms used", "mean", 3],
      ["sold belongings", "months_since", null],
      ["sold belongings", "latest", 1],
    ),
  });
  const names = [
    "obs_rooms_used_latest",
    "obs_rooms_used_change",
    "obs_rooms_used_mean",
    "obs_sold_belongings_months_since",
    "obs_sold_belongings_latest",
  ];
  expect(Object.values(only(features.h, ...names))).toEqual([3, 3 - 9, 3.5, 7, null]);
  expect(Object.values(only(features.silent, ...names))).toEqual([null, null, null, null, null]);
  expect([features.h?.days_since_observation_record, features.silent?.days_since_observation_record]).toEqual([47, null]);
});

test("an observation of a person is its household's; of several on one day the largest is the newest", async () => {
  const features = await featuresOf({
    tables: {
      household: [household("h")],
      person: [person("h", "a", "1985-01-01"), person("h", "b", "1985-01-01")],
      observation: [observed(null, "steps", "2026-09-01", 10, "a"), observed(null, "steps", "2026-09-01", 30, "b")],
    },
    prepare: recipes(["steps", "latest", 12], ["steps", "mean", 12]),
  });
  expect(only(features.h, "obs_steps_latest", "obs_steps_mean")).toEqual({ obs_steps_latest: 30, obs_steps_mean: 20 });
});

test("what a source declares is the catalogue entry: unit, direction, sentences; the newest load within the snapshot decides", async () => {
  const prepare = recipes(["Rooms used", "latest", 3], ["Rooms used", "latest", 6, 2], ["not yet", "mean", 3, 3]);
  await inRegistry({ tables, prepare }, async (session) => {
    const made = async (snapshot: number) =>
      (await createFeatures(session, { asOf, snapshot })).filter((each) => each.family === "observation");
    expect(await made(1)).toMatchObject([{ name: "obs_rooms_used_latest", window: "3m", unit: "rooms", direction: "-" }]);
    expect(await made(2)).toMatchObject([{ window: "6m", sentences: JSON.parse(sentences) }]);
    const features = await made(3);
    expect(features.map((each) => each.name)).toEqual(["obs_rooms_used_latest", "obs_not_yet_mean"]);
    expect(await session.value("select count(*) from features where obs_rooms_used_latest = 3")).toBe(1);
  });
});

test("two names that would make one column are refused by name", async () => {
  const world = { tables, prepare: recipes(["Rooms used", "latest", 3], ["rooms_used", "latest", 3]) };
  await expect(featuresOf(world)).rejects.toThrow(
    /observations "Rooms used" and "rooms_used" would both be the feature obs_rooms_used_latest/,
  );
});

test("the lineage of an observation reaches its value and nothing forbidden", async () => {
  await inRegistry({ tables, prepare: recipes(["Rooms used", "latest", 3]) }, async (session) => {
    const features = (await createFeatures(session, { asOf, snapshot: 100 })).filter((each) => each.family === "observation");
    for (const { name } of features) expect(name).toBe("obs_rooms_used_latest");
    await session.script("drop table features; drop table cohort; drop table quarter_line; drop table district_context");
    for (const { table } of await session.rows<{ table: string }>(
      `select table_name as "table" from duckdb_tables() where database_name = 'temp' and (starts_with(table_name, 'features_') or starts_with(table_name, 'coverage_'))`,
    ))
      await session.run(`drop table ${table}`);
    const lineage = await lineageOf(session, features);
    expect(lineage.get("obs_rooms_used_latest")).toContain("observation.value");
    expect(lineageFaults(features, lineage)).toEqual([]);
  });
});
