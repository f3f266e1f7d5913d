import { afterAll, expect, test } from "vitest";
import { registryCheck } from "../src/steps/check-registry.ts";
import { openKnown, openWarehouseToWrite } from "../src/warehouse/warehouse.ts";
import { temporaryDirectory, writeRegistry } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test("the check counts what is known, references that lead nowhere, and how fresh each source is in each region", async () => {
  const wage = { kind: "wage", person_id: null, amount_lcu: 1 };
  const data = await writeRegistry(
    root,
    {
      household: [
        { household_id: "h1", area_code: "101010000", recorded_at: "2025-01-01" },
        { household_id: "h2", area_code: "101010000", recorded_at: "2025-01-01" },
        { household_id: "h3", area_code: "750000000", recorded_at: "2025-01-01" },
      ],
      person: [{ person_id: "p3", household_id: "h3", recorded_at: "2025-01-01" }],
      income: [
        { ...wage, household_id: "h1", month: "2025-01-01", recorded_at: "2025-02-10" },
        { ...wage, household_id: "h1", month: "2025-02-01", recorded_at: "2025-03-10" },
        { ...wage, household_id: "h1", month: "2025-03-01", recorded_at: "2025-04-10" },
        { ...wage, household_id: "gone", month: "2025-02-01", recorded_at: "2025-03-11" },
      ],
      schooling: [
        { person_id: "p3", month: "2025-02-01", enrolled: true, recorded_at: "2025-03-01" },
        { person_id: "nobody", month: "2025-02-01", enrolled: true, recorded_at: "2025-03-01" },
      ],
      emergency: [{ emergency_id: "e", area_code: "750000000", kind: "flood", started_on: "2025-01-05", recorded_at: "2025-01-06" }],
    },
    [{ table: "income", area: "10", from: "2025-01-01", until: "2025-03-01" }],
  );
  const writer = await openWarehouseToWrite(data);
  await writer.script(`insert into area values
    ('101010000', 'sub_district', '100000000', '101000000', 'a', 'a', null), ('750000000', 'region', '750000000', null, 'b', 'b', null)`);
  writer.close();
  const session = await openKnown(data);
  const check = await registryCheck(session, "2025-04-01", 1);
  session.close();

  const counted = check.tables.filter((table) => table.row_count > 0);
  expect(counted).toEqual([
    { table: "household", row_count: 3 },
    { table: "person", row_count: 1, references_to_household: 1, orphans_of_household: 0 },
    { table: "income", row_count: 3, references_to_household: 3, orphans_of_household: 1, references_to_person: 0, orphans_of_person: 0 },
    { table: "schooling", row_count: 2, references_to_person: 2, orphans_of_person: 1 },
    { table: "emergency", row_count: 1 },
  ]);
  expect(check.coverage).toEqual([
    {
      table_name: "income",
      name: "",
      month_from: "2025-01-01",
      month_until: "2025-03-01",
      complete_through: "2025-03-01",
      areas: 1,
      by_row: false,
    },
  ]);
  const fresh = check.freshness.map((each) => [
    each.table_name,
    each.region_code,
    each.newest_recorded_at,
    each.newest_period,
    each.households,
    each.household_share,
  ]);
  expect(fresh).toEqual([
    ["emergency", "750000000", "2025-01-06T00:00:00", "2025-01-05", 0, 0],
    ["household", "100000000", "2025-01-01T00:00:00", null, 2, 1],
    ["household", "750000000", "2025-01-01T00:00:00", null, 1, 1],
    ["income", "", "2025-03-11T00:00:00", "2025-02-01", 0, null],
    ["income", "100000000", "2025-03-10T00:00:00", "2025-02-01", 1, 0.5], // of two households there
    ["person", "750000000", "2025-01-01T00:00:00", null, 1, 1],
    ["schooling", "", "2025-03-01T00:00:00", "2025-02-01", 0, null],
    ["schooling", "750000000", "2025-03-01T00:00:00", "2025-02-01", 1, 1],
  ]);
});
