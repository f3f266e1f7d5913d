import { afterAll, expect, test } from "vitest";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { temporaryDirectory, writeRegistry } from "./support/registry.ts";

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
