import { readFileSync } from "node:fs";
import { projectFile } from "../domain/project-files.ts";
import type { FeatureOptions } from "../features/build.ts";
import { type Cut, clockParameters } from "../features/clock.ts";
import { type ContextTable, createContextTable, createMacros } from "../features/context.ts";
import { valuesInForce } from "../features/legal-values.ts";
import { ofHouseholds } from "../features/of-households.ts";
import { requireLines } from "../features/required-lines.ts";
import type { ValueType } from "../rules/parse-condition.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";

/** Facts that a programme's expressions may name, and what each is. Columns of sql/entitlement/family.sql. */
export const factTypes: ReadonlyMap<string, ValueType> = new Map([
  ...named("number", [
    "members",
    "subsistence_minimum_lcu",
    "median_income_lcu",
    "wage_lcu",
    "self_employment_lcu",
    "pension_lcu",
    "benefit_lcu",
    "alimony_lcu",
    "agriculture_lcu",
    "other_income_lcu",
    "children_1_6",
    "children_1_6_at_least",
    "children_1_6_at_most",
    "children_school_age_at_least",
    "children_school_age_at_most",
    "children_and_students",
    "children_and_students_at_least",
    "children_and_students_at_most",
    "employable_at_least",
    "employable_at_most",
    "dwellings",
    "dwellings_at_most",
    "dwelling_area_m2",
    "dwelling_area_at_least_m2",
    "dwellings_alienated",
    "cars",
    "cars_at_most",
    "business_premises",
    "land_plots",
    "work_vehicles",
    "floods",
    "loan_payments_lcu",
    "outflows_lcu",
    "savings_lcu",
    "homes_and_cars_bought",
  ]),
  ...named("boolean", [
    "has_child_under_3",
    "has_child_with_disability",
    "has_disability_1_2",
    "has_elderly_to_care_for",
    "has_care_ground",
    "has_active_sole_trader",
    "is_application_blocked",
    "receives_tsa",
    "receives_child_supplement",
    "receives_large_family_benefit",
    "has_consent",
  ]),
  ...named("category", ["tsa_kind"]),
]);

/** Facts of a household that sentences may name beside those that expressions may: days. */
export const factDays = ["income_quarter", "application_from", "dwelling_alienated_on", "flood_on"] as const;

/** Selects of sql/entitlement in order of making: each a temp table `entitlement_<name>`. */
const parts = ["member", "composition", "income", "property", "assistance", "flood", "pilot", "family"] as const;

const context: readonly ContextTable[] = ["coverage_clock", "coverage_window", "coverage_quarter", "cohort", "quarter_line"];

/** Legal values that the facts themselves rest on: ages, and how far back the law looks. */
const legalValues = ["alienation_lookback_years", "care_elderly_age", "tsa_refusal_block_months"];

export type FactOptions = Cut & Pick<FeatureOptions, "keysFrom" | "keysUntil" | "households">;

/** What the selects of facts are given. Needs the reference tables. */
export async function factParameters(session: Session, cut: Cut): Promise<Parameters> {
  return { ...(await clockParameters(session, cut)), ...(await valuesInForce(session, legalValues, "facts of entitlement")) };
}

/** Creates what the facts stand on, over all households of the cut. */
export async function createFactContext(session: Session, parameters: Parameters): Promise<void> {
  await createMacros(session);
  for (const table of context) await createContextTable(session, table, parameters);
  await requireLines(session, { households: "cohort", lines: "quarter_line", quarter: parameters.q0 as string });
}

/** Leaves temp tables `entitlement_family` (a row per household that lives at `asOf`) and `entitlement_member` (a row per living person), where the context stands. */
export async function createFactsInContext(session: Session, options: FactOptions, parameters: Parameters): Promise<void> {
  await ofHouseholds(session, options, async () => {
    await createContextTable(session, "cohort", parameters);
    for (const part of parts)
      await session.run(
        `create or replace temp table entitlement_${part} as ${readFileSync(projectFile(`sql/entitlement/${part}.sql`), "utf8")}`,
        parameters,
      );
  });
}

/** The same with its context, which is made over the households asked for alone. Returns the reference quarter of the incomes. */
export async function createFacts(session: Session, options: FactOptions): Promise<{ incomeQuarter: string }> {
  const parameters = await factParameters(session, options);
  await ofHouseholds(session, options, () => createFactContext(session, parameters));
  await createFactsInContext(session, options, parameters);
  return { incomeQuarter: parameters.q0 as string };
}

function named(type: ValueType, names: readonly string[]): [string, ValueType][] {
  return names.map((name) => [name, type]);
}
