import { afterAll, expect, test } from "vitest";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { pseudonym, temporaryDirectory, writeRegistry } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test("a row is known from the moment it is recorded until the moment it is superseded, to those whose snapshot has the load", async () => {
  const wage = { household_id: "h1", person_id: null, month: "2025-01-01", kind: "wage" };
  const data = await writeRegistry(root, {
    income: [
      { ...wage, amount_lcu: 100, recorded_at: "2025-02-10", superseded_at: "2025-03-10", superseded_by_load: 2 },
      { ...wage, amount_lcu: 300, recorded_at: "2025-03-10", load_id: 2 },
    ],
  });
  const session = await openKnown(data);
  const known = async (as_of: string, snapshot: number) =>
    (await session.rows("select amount_lcu from known_income($as_of, $snapshot)", { as_of, snapshot })).map((row) => row["amount_lcu"]);
  expect(await known("2025-02-10", 2)).toEqual([]);
  expect(await known("2025-02-11", 2)).toEqual([100]);
  expect(await known("2025-03-10", 2)).toEqual([100]);
  expect(await known("2025-03-11", 2)).toEqual([300]);
  expect(await known("2025-03-11", 1)).toEqual([100]);
  session.close();
});

test("a household has lived as one since its own date by the last word that is known; without one, since it was first recorded", async () => {
  const home = (household_id: string, first: string | null, corrected: string | null) => [
    {
      household_id,
      area_code: "101000000",
      formed_on: first,
      recorded_at: "2025-01-10",
      superseded_at: "2025-06-10",
      superseded_by_load: 2,
    },
    { household_id, area_code: "101000000", formed_on: corrected, recorded_at: "2025-06-10", load_id: 2 },
  ];
  const data = await writeRegistry(temporaryDirectory(afterAll), {
    household: [
      ...home("earlier", "2020-01-01", "2018-01-01"),
      ...home("later", "2020-01-01", "2022-01-01"),
      ...home("undated", null, null),
    ],
  });
  const session = await openKnown(data);
  const since = async (as_of: string, snapshot: number) => {
    const rows = await session.rows<{ household_id: string; since: string; is_dated: boolean }>(
      `select i.household_id, s.since::varchar as since, s.is_dated from known_household_since($as_of, $snapshot) as s
       join identity_household as i on i.household_key = s.household_key`,
      { as_of, snapshot },
    );
    return ["earlier", "later", "undated"].map((name) => rows.find((row) => row.household_id === pseudonym(name))?.since);
  };
  expect(await since("2025-07-01", 2)).toEqual(["2018-01-01", "2022-01-01", "2025-01-10"]);
  expect(await since("2025-06-10", 2)).toEqual(["2020-01-01", "2020-01-01", "2025-01-10"]);
  expect(await since("2025-07-01", 1)).toEqual(["2020-01-01", "2020-01-01", "2025-01-10"]);
  session.close();
});
