import fc from "fast-check";
import { expect, test } from "vitest";
import { contractTables } from "../src/contract/tables.ts";
import { createFeatures } from "../src/features/build.ts";
import type { Session } from "../src/warehouse/session.ts";
import type { Row } from "../src/warehouse/values.ts";
import { keysPerBucket } from "../src/warehouse/warehouse.ts";
import { asOf, featuresOf, household, inRegistry, type Tables } from "./support/features.ts";
import type { TestRow } from "./support/registry.ts";
import { richWorld, together } from "./support/rich-world.ts";

const world = together(richWorld("h"), richWorld("neighbour"));
const declareRecipe = async (session: Session) => {
  await session.script(`create temp table observation_recipe as
    select 1 as load_id, 'electricity kWh' as name, r as recipe, 12 as window_months, '{"unit": "kWh", "direction": "free"}'::json as definition
    from unnest(['latest', 'change', 'mean', 'months_since']) as t(r)`);
};
const build = (tables: Tables, options: Parameters<typeof featuresOf>[1] = {}) => featuresOf({ tables, prepare: declareRecipe }, options);

/** A second version of every row, which says something else. */
const altered = (row: TestRow, more: TestRow): TestRow => ({
  ...Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === "number" ? value * 2 + 1 : typeof value === "boolean" ? !value : value,
    ]),
  ),
  ...("attendance_rate" in row ? { attendance_rate: 0.1 } : {}),
  ...("severity" in row ? { severity: 3 } : {}),
  ...more,
});
const withVersions = (more: TestRow): Tables =>
  Object.fromEntries(Object.entries(world).map(([table, rows]) => [table, [...rows, ...rows.map((row) => altered(row, more))]]));
/** The second versions alone, as they stand when they have taken the place of the first. */
const onlyVersions = (more: TestRow): Tables =>
  Object.fromEntries(Object.entries(world).map(([table, rows]) => [table, rows.map((row) => altered(row, more))]));

test("the world has rows in every table of the contract, and most features speak", async () => {
  expect(Object.keys(world).sort()).toEqual(contractTables.map((table) => table.name).sort());
  const { h } = await build(world);
  const silent = Object.entries(h ?? {}).filter(([, value]) => value === null);
  expect(Object.keys(h ?? {}).length).toBeGreaterThan(120);
  expect(silent.map(([name]) => name).sort()).toEqual(["has_child_with_disability", "unknown_reason"].filter((name) => h?.[name] === null));
});

test("rows recorded on or after as_of change nothing, however old the event", async () => {
  const past = await build(world);
  expect(await build(withVersions({ recorded_at: `${asOf}T00:00:00` }))).toEqual(past);
  expect(await build(onlyVersions({ recorded_at: "2026-09-30T23:59:59" }))).not.toEqual(past);
});

test("rows brought by loads after the run's snapshot change nothing", async () => {
  const pinned = await build(world, { snapshot: 1 });
  const later = withVersions({ load_id: 2 });
  expect(await build(later, { snapshot: 1 })).toEqual(pinned);
  expect(await build(onlyVersions({ load_id: 2 }), { snapshot: 2 })).not.toEqual(pinned);
});

test("a row superseded on as_of or by a later load still counts as it was", async () => {
  const past = await build(world);
  const superseded = (more: TestRow): Tables =>
    Object.fromEntries(Object.entries(world).map(([table, rows]) => [table, rows.map((row) => ({ ...row, ...more }))]));
  expect(await build(superseded({ superseded_at: asOf, superseded_by_load: 1 }))).toEqual(past);
  expect(await build(superseded({ superseded_at: "2026-09-01", superseded_by_load: 2 }), { snapshot: 1 })).toEqual(past);
  expect(await build(superseded({ superseded_at: "2026-09-01", superseded_by_load: 1 }))).toEqual({});
});

test("the order of rows and the number of threads change nothing", async () => {
  const expected = await build(world, { threads: 1 });
  const shuffled = fc.record(
    Object.fromEntries(
      Object.entries(world).map(([table, rows]) => [table, fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length })]),
    ),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, fc.constantFrom(1, 2, 4), async (tables, threads) => {
      expect(await build(tables as Tables, { threads })).toEqual(expected);
    }),
    { numRuns: 4, seed: 11, endOnFailure: true },
  );
});

test("features of a range of keys are those rows of the whole, wherever the range is cut", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const surveyed = { household: ["g", "i"].map((name) => household(name, { members: 3 })) };
  await inRegistry({ tables: together(...names.map((name) => richWorld(name)), surveyed), prepare: declareRecipe }, async (session) => {
    const rows = async (keysFrom?: number, keysUntil?: number): Promise<Row[]> => {
      await createFeatures(session, {
        asOf,
        snapshot: 100,
        ...(keysFrom === undefined ? {} : { keysFrom }),
        ...(keysUntil === undefined ? {} : { keysUntil }),
      });
      return session.rows("select * from features order by household_key");
    };
    const whole = await rows();
    expect(whole.length).toBe(8);
    for (const cut of [0, 20, 32, 64].map((bucket) => bucket * keysPerBucket))
      expect([...(await rows(0, cut)), ...(await rows(cut))]).toEqual(whole);
    expect(await rows()).toEqual(whole);
  });
});
