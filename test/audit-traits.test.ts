import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { auditedTraits } from "../src/experiments/audited-traits.ts";
import { openDatabase } from "../src/warehouse/database.ts";

/** The audit table of households given as [members, children, elderly, settlement, has disability]. */
async function auditOf(...households: [number | null, number | null, number | null, string | null, boolean | null][]) {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const text = (value: unknown) => (typeof value === "string" ? `'${value}'` : String(value));
  const values = households.map((each, key) => `(${[key, ...each].map(text).join(", ")})`).join(", ");
  await session.run(
    `create table given as from (values ${values}) as t(household_key, members, children, elderly, settlement, has_disability)`,
  );
  await session.run("create table cohort as select household_key, household_key as household_id, '710000000' as region_code from given");
  await session.run(
    "create macro known_household(as_of, snapshot) as table select household_key, settlement::varchar as settlement, 'kk' as contact_language, 2.5 as weight from given",
  );
  await session.run(
    "create macro known_person(as_of, snapshot) as table select household_key, 'female' as sex, 'head' as role, null::date as died_on from given",
  );
  await session.run(
    `create table features_composition as select household_key, members, children, elderly, children >= 4 as is_large_family,
     false as is_single_parent from given`,
  );
  await session.run("create table features_disability as select household_key, has_disability from given");
  const audit = readFileSync(projectFile("sql/audit/audit.sql"), "utf8");
  await session.run(`create table audit as ${audit}`, { as_of: "2026-01-01", snapshot: 1 });
  const rows = await session.rows(`select ${auditedTraits.join(", ")} from audit order by household_id`);
  session.close();
  return rows;
}

test("sizes of households, both sides of each edge; unknown stays unknown", async () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 12, null];
  const found = await auditOf(...sizes.map((members): [number | null, null, null, null, null] => [members, null, null, null, null]));
  expect(found.map((row) => row["household_size"])).toEqual(["1", "2", "3-4", "3-4", "5-6", "5-6", "7 or more", "7 or more", null]);
});

test("every trait that fairness asks for is there", async () => {
  expect(await auditOf([3, 1, 0, "village", true])).toEqual([
    {
      sex_of_head: "female",
      region_code: "710000000",
      settlement: "rural",
      disability: "yes",
      family_type: "other_with_children",
      household_size: "3-4",
      contact_language: "kk",
    },
  ]);
});
