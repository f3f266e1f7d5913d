import { readdirSync, readFileSync } from "node:fs";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { type Cut, clockParameters } from "../features/clock.ts";
import { createContextTable, createMacros } from "../features/context.ts";
import { requireLines } from "../features/required-lines.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";

const context = ["coverage_clock", "coverage_window", "coverage_quarter", "coverage_school_month", "cohort", "quarter_line"] as const;
/** Families of features whose columns say what kind of family it is. */
const families = ["composition", "disability", "dwelling"] as const;
/** Tables of sql/programme, in order of making. */
const tables = ["benefit_seen", "tsa_spell", "recipient", "recipient_adult", "quarter_income", "participant", "family_kind"] as const;

/** Values of models/parameters/programme.yaml. */
const programmeValues = [
  "tsa_spell_gap_days",
  "checkup_interval_children_months",
  "checkup_interval_adults_months",
  "satisfactory_attendance_share",
  "exit_ready_quarters",
  "return_risk_margin_share",
  "return_risk_lookback_months",
  "long_stay_months",
] as const;

/**
 * Leaves the temp tables of sql/programme in the session, as known at the cut: spells of assistance, present recipients, incomes by quarter,
 * kinds of family. Needs the reference tables of that day. Returns the parameters of every select that reads them.
 */
export async function createProgramme(session: Session, cut: Cut): Promise<Parameters> {
  const parameters = { ...(await programmeParameters(session)), ...(await clockParameters(session, cut)) };
  await createMacros(session);
  for (const table of context) await createContextTable(session, table, parameters);
  await requireLines(session, { households: "cohort", lines: "quarter_line", quarter: parameters.q0 as string });
  for (const family of families)
    await session.run(`create or replace temp table features_${family} as ${sqlText("features", family)}`, parameters);
  for (const table of tables) await session.run(`create or replace temp table ${table} as ${sqlText("programme", table)}`, parameters);
  await session.script(sqlText("programme", "macros"));
  return parameters;
}

/** The text of a file of sql/<directory>. */
export function sqlText(directory: string, name: string): string {
  return readFileSync(projectFile(`sql/${directory}/${name}.sql`), "utf8");
}

/** Indicators that there is a select for, in order of name. */
export function indicatorCodes(): string[] {
  return readdirSync(projectFile("sql/indicators"))
    .map((file) => file.slice(0, -".sql".length))
    .sort();
}

async function programmeParameters(session: Session): Promise<Parameters> {
  const wanted = [...programmeValues, "pension_age_men", "pension_age_women"];
  const rows = await session.rows<{ name: string; value: number }>("select name, value::double as value from reference_parameter");
  const given = new Map(rows.map(({ name, value }) => [name, value]));
  const missing = wanted.filter((name) => !given.has(name));
  if (missing.length > 0)
    throw new UserError(
      "no_parameter",
      `indicators need ${missing.join(", ")}, which the deployment's parameters do not give; add dated values (models/parameters/programme.yaml shows how)`,
    );
  return Object.fromEntries(wanted.map((name) => [name, given.get(name) as number]));
}
