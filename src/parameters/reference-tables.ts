import type { IsoDate } from "../domain/dates.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { type ParameterSet, parametersAt, readParameters } from "./dated-values.ts";
import type { Deployment } from "./deployment.ts";
import { createLines } from "./lines.ts";

const countsPrefix = "income_counts_";

/**
 * Creates a session's reference temp tables for a date: `reference_line` (region, quarter, subsistence minimum, median income, poverty line),
 * `reference_parameter` (name, value in force), `reference_income_kind` (kind, counts) and `reference_household_unit` (the equivalence scale).
 */
export async function createReferenceTables(session: Session, deployment: Deployment, asOf: IsoDate): Promise<void> {
  const parameters: ParameterSet = readParameters(deployment.parameters);
  await createLines(session, deployment, parameters);
  await session.script(`
    create or replace temp table reference_parameter (name varchar, value decimal(18, 2));
    create or replace temp table reference_income_kind (kind varchar, counts boolean);
    create or replace temp table reference_household_unit (first_adult double, further_adult double, child double)`);
  const values = [...parametersAt(parameters, asOf)].sort().map(([name, value]) => ({ name, value }));
  await session.run(
    `insert into reference_parameter
     select unnest(from_json($values::varchar, '[{"name": "VARCHAR", "value": "DECIMAL(18, 2)"}]'), recursive := true)`,
    { values: JSON.stringify(values) },
  );
  await session.run(
    `insert into reference_income_kind select replace(name, ${quoted(countsPrefix)}, ''), value = 1 from reference_parameter
     where starts_with(name, ${quoted(countsPrefix)})`,
  );
  await session.run("insert into reference_household_unit values ($first_adult, $further_adult, $child)", deployment.household_units);
}
