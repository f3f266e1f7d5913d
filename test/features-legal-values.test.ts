import { expect, test } from "vitest";
import { createFeatures } from "../src/features/build.ts";
import { asOf, featuresOf, household, inRegistry, legally, person } from "./support/features.ts";
import type { LegalValue } from "./support/reference.ts";

/** Members who on the day are exactly so many years old: the student of 22 and the head of 60 among them. */
const ages = [1, 5, 7, 15, 17, 22, 60, 63];
const tables = {
  household: [household("h", { dwelling_area_m2: 140 })],
  person: ages.map((age) =>
    person("h", `of ${age}`, `${2026 - age}-10-01`, {
      role: age === 60 ? "head" : "child",
      sex: "female",
      disability: age === 17 ? "2" : "none",
      employment: age === 22 ? "student" : age > 22 ? "unemployed" : null,
      education: age >= 22 ? "primary" : null,
      business: "none",
    }),
  ),
  schooling: ["2026-05", "2026-06", "2026-09"].map((month) => ({
    person_id: "of 7",
    month: `${month}-01`,
    enrolled: true,
    attendance_rate: 1,
    recorded_at: `${month}-26`,
  })),
};

/** A legal value, a feature that it decides, and both sides of a threshold: the value, and what the feature is then. */
const cases: [LegalValue, string, [number, number | boolean], [number, number | boolean]][] = [
  ["adult_age", "children", [17, 4], [18, 5]],
  ["adult_age", "adults_without_secondary", [22, 3], [23, 2]],
  ["adult_age", "has_child_with_disability", [17, false], [18, true]],
  ["adult_age", "months_since_checkup_children_max", [17, 180], [18, 204]],
  ["employable_age_from", "working_age_adults", [22, 2], [23, 1]],
  ["employable_age_from", "unemployed_adults", [60, 1], [61, 0]],
  ["pension_age_men", "elderly", [63, 1], [63.5, 0]],
  ["pension_age_men", "working_age_adults", [63, 2], [63.5, 3]],
  ["pension_age_men", "unemployed_adults", [63, 1], [63.5, 2]],
  ["pension_age_women", "elderly", [63, 1], [63.5, 0]],
  ["child_supplement_age_from", "children_1_6", [1, 2], [2, 1]],
  ["child_supplement_age_to", "children_1_6", [4, 1], [5, 2]],
  ["school_package_age_from", "children_school_age", [5, 4], [6, 3]],
  ["school_package_age_to", "children_school_age", [14, 1], [15, 2]],
  ["compulsory_school_age_from", "school_age_not_enrolled", [4, 2], [5, 1]],
  ["compulsory_school_age_to", "school_age_not_enrolled", [16, 1], [17, 2]],
  ["large_family_children", "is_large_family", [6, true], [7, false]],
  ["large_family_student_age_until", "is_large_family", [22, false], [23, true]],
  ["dwelling_exempt_m2_per_member", "is_overcrowded", [17.5, false], [17.51, true]],
];

test.each(cases)("%s moves %s: %j, %j", async (name, feature, ...sides) => {
  await inRegistry({ tables }, async (session) => {
    await legally("large_family_children", 6)(session);
    for (const [value, expected] of sides) {
      await legally(name, value)(session);
      await createFeatures(session, { asOf, snapshot: 100 });
      expect(await session.value(`select "${feature}" from features`), `${name} ${value}`).toBe(expected);
    }
  });
});

test("a legal value that the deployment does not give is named", async () => {
  const prepare = (session: Parameters<ReturnType<typeof legally>>[0]) =>
    session.script("delete from reference_parameter where name in ('adult_age', 'pension_age_men')");
  await expect(featuresOf({ tables, prepare })).rejects.toThrow(
    /features need adult_age, pension_age_men, which the deployment's parameters/,
  );
});

test("a legal value that differs by region is refused: features take one value for the whole country", async () => {
  const prepare = (session: Parameters<ReturnType<typeof legally>>[0]) =>
    session.script("insert into reference_regional_parameter values ('adult_age', '71', 17)");
  await expect(featuresOf({ tables, prepare })).rejects.toThrow("adult_age: features take one value for the whole country");
});
