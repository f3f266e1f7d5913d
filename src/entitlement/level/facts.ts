import { readFileSync } from "node:fs";
import { projectFile } from "../../domain/project-files.ts";
import { createContextTable } from "../../features/context.ts";
import { valuesInForce } from "../../features/legal-values.ts";
import { ofHouseholds } from "../../features/of-households.ts";
import type { ValueType } from "../../rules/parse-condition.ts";
import type { Session } from "../../warehouse/session.ts";
import type { Parameters } from "../../warehouse/values.ts";
import type { FactOptions } from "../facts.ts";

const numbers = [
  "adults",
  "overdue_adults_at_least",
  "overdue_adults_at_most",
  "commercial_vehicles",
  "machinery_kinds_at_least",
  "machinery_kinds_at_most",
  "subsidiary_plots",
  "subsidiary_plot_value_at_least_lcu",
  "subsidiary_plot_value_at_most_lcu",
  "employed_at_least",
  "employed_at_most",
];
const truths = [
  "has_loan",
  "has_founder",
  "has_disability_3",
  "has_member_without_clinic",
  "has_member_uninsured",
  "has_chronic_disease",
  "is_on_dispensary_register",
  "has_preschool_child_not_enrolled",
  "has_school_child_not_enrolled",
];

/** Facts that the Map's scale may name beside those of entitlement. Columns of sql/level/family.sql. */
export const levelFactTypes: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ...numbers.map((name) => [name, "number"] as const),
  ...truths.map((name) => [name, "boolean"] as const),
  ["settlement", "category"],
]);

/** Words of the category `settlement`. */
export const settlements = ["republican_city", "regional_city", "district_centre", "rural_district", "village"];

/** Selects of sql/level in order of making. */
const parts = ["loan", "property", "person", "published"] as const;

const legalValues = ["level_overdue_days", "level_overdue_lcu", "level_preschool_age_from"];

/** Creates what the scale's facts stand on beside the context of entitlement, over all households of the cut. Returns what their selects are given. */
export async function createLevelContext(session: Session, parameters: Parameters): Promise<Parameters> {
  await createContextTable(session, "coverage_school_month", parameters);
  return { ...parameters, ...(await valuesInForce(session, legalValues, "facts of the Map's level")) };
}

/** Puts the scale's facts beside those of entitlement in the temp table `entitlement_family`, and the level that the Map published. */
export async function addLevelFacts(session: Session, options: FactOptions, parameters: Parameters): Promise<void> {
  const text = (part: string) => readFileSync(projectFile(`sql/level/${part}.sql`), "utf8");
  await ofHouseholds(session, options, async () => {
    for (const part of parts) await session.run(`create or replace temp table level_${part} as ${text(part)}`, parameters);
    await session.run(`create or replace temp table level_family as ${text("family")}`, parameters);
  });
  await session.script("drop table entitlement_family; alter table level_family rename to entitlement_family");
}
