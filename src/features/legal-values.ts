import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";

/** Legal values that the selects of features name as `$name`, just as rules do. */
const legalValues = [
  "adult_age",
  "child_supplement_age_from",
  "child_supplement_age_to",
  "compulsory_school_age_from",
  "compulsory_school_age_to",
  "dwelling_exempt_m2_per_member",
  "emergency_window_months",
  "employable_age_from",
  "large_family_children",
  "large_family_student_age_until",
  "pension_age_men",
  "pension_age_women",
  "school_package_age_from",
  "school_package_age_to",
] as const;

/**
 * The legal values in force, from the session's `reference_parameter`, and `pension_age`: the later one of the two sexes, so that no feature
 * needs anybody's sex. A UserError names the values that the deployment does not give.
 */
export async function legalParameters(session: Session): Promise<Parameters> {
  const values = await valuesInForce(session, legalValues, "features");
  return { ...values, pension_age: Math.max(values.pension_age_men as number, values.pension_age_women as number) };
}

/** The values in force of the names asked for, from the session's `reference_parameter`. A UserError names those that the deployment does not give. */
export async function valuesInForce(session: Session, names: readonly string[], who: string): Promise<Record<string, number>> {
  const rows = await session.rows<{ name: string; value: number }>("select name, value::double as value from reference_parameter");
  const given = new Map(rows.map((row) => [row.name, row.value]));
  const regional = await session.rows<{ name: string }>("select distinct name from reference_regional_parameter order by name");
  const differing = regional.map((row) => row.name).filter((name) => names.includes(name));
  if (differing.length > 0)
    throw new UserError("bad_parameter", `${differing.join(", ")}: ${who} take one value for the whole country; write it without regions`);
  const missing = names.filter((name) => !given.has(name));
  if (missing.length > 0)
    throw new UserError(
      "no_parameter",
      `${who} need ${missing.join(", ")}, which the deployment's parameters do not give; add dated values (models/parameters shows how)`,
    );
  return Object.fromEntries(names.map((name) => [name, given.get(name) as number]));
}
