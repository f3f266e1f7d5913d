import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { inForce, type ParameterSet, parametersAt, readParameters, regionalNames } from "./dated-values.ts";
import type { Deployment } from "./deployment.ts";
import { createLines } from "./lines.ts";

const countsPrefix = "income_counts_";

/**
 * Creates a session's reference temp tables for a date: `reference_line` (region, quarter, subsistence minimum, median income, poverty line),
 * `reference_parameter` (name, value in force), `reference_regional_parameter` (name, region as the beginning of a KATO code, value in force there;
 * only where it differs: the longest region that holds a place counts), `reference_income_kind` (kind, counts) and `reference_household_unit` (the equivalence scale).
 */
export async function createReferenceTables(session: Session, deployment: Deployment, asOf: IsoDate): Promise<void> {
  const parameters: ParameterSet = readParameters(deployment.parameters);
  const regionalKind = [...regionalNames(parameters)].find((name) => name.startsWith(countsPrefix));
  if (regionalKind !== undefined)
    throw new UserError("bad_parameter", `${regionalKind} differs by region; what counts as income is one for the whole country`);
  await createLines(session, deployment, parameters);
  await session.script(`
    create or replace temp table reference_parameter (name varchar, value decimal(18, 4));
    create or replace temp table reference_regional_parameter (name varchar, region varchar, value decimal(18, 4));
    create or replace temp table reference_income_kind (kind varchar, counts boolean);
    create or replace temp table reference_household_unit (first_adult double, further_adult double, child double)`);
  const values = [...parametersAt(parameters, asOf)].sort().map(([name, value]) => ({ name, value }));
  await session.run(
    `insert into reference_parameter
     select unnest(from_json($values::varchar, '[{"name": "VARCHAR", "value": "DECIMAL(18, 4)"}]'), recursive := true)`,
    { values: JSON.stringify(values) },
  );
  await session.run(
    `insert into reference_regional_parameter
     select unnest(from_json($values::varchar, '[{"name": "VARCHAR", "region": "VARCHAR", "value": "DECIMAL(18, 4)"}]'), recursive := true)`,
    { values: JSON.stringify(regionalValues(parameters, asOf)) },
  );
  await session.run(
    `insert into reference_income_kind select replace(name, ${quoted(countsPrefix)}, ''), value = 1 from reference_parameter
     where starts_with(name, ${quoted(countsPrefix)})`,
  );
  await session.run("insert into reference_household_unit values ($first_adult, $further_adult, $child)", deployment.household_units);
}

function regionalValues(parameters: ParameterSet, asOf: IsoDate): { name: string; region: string; value: number }[] {
  const all = [...parameters].flatMap(([name, { regions = {} }]) =>
    Object.entries(regions).map(([region, values]) => ({ name, region, values })),
  );
  return all.flatMap(({ name, region, values }) => {
    const found = inForce(values, asOf);
    return found === undefined ? [] : [{ name, region, value: found.value }];
  });
}
