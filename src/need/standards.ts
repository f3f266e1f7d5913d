import { existsSync } from "node:fs";
import { join } from "node:path";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { categories, methodAt, readMethod } from "./standards-method.ts";

/** The derived table of a directory of standards. */
export const standardsFile = (directory: string) => join(directory, "standards.csv");

/**
 * Creates the temp tables `reference_standard` (region_code, quarter, season, unit, category, amount_lcu a month) and `reference_heating`
 * (region_code, month_number), '' being everywhere else. Both are empty where the deployment has no standards: need says then that they are unknown.
 */
export async function createStandards(session: Session, deployment: Deployment, quarter: IsoDate): Promise<void> {
  await session.script(`
    create or replace temp table reference_standard (region_code varchar, quarter date, season varchar, unit varchar, category varchar, amount_lcu bigint);
    create or replace temp table reference_heating (region_code varchar, month_number integer)`);
  if (!existsSync(deployment.standards)) return;
  const file = standardsFile(deployment.standards);
  if (!existsSync(file)) throw new UserError("no_standards", `${file} does not exist; derive it: npx aldyn standards derive`);
  const { heatingMonths } = methodAt(readMethod(deployment.standards), quarter);
  await session.script(`
    insert into reference_standard
    select rpad(region, case when region = '' then 0 else 9 end, '0'), make_date(quarter[1:4]::integer, quarter[6:6]::integer * 3 - 2, 1), season, unit,
      category, amount_lcu::bigint
    from (unpivot (from read_csv(${quoted(file)}, all_varchar = true, header = true, nullstr = 'NULL')) on ${categories.join(", ")} into name category value amount_lcu)`);
  const months = Object.entries(heatingMonths).flatMap(([region, numbers]) =>
    numbers.map((number) => `(${quoted(region === "" ? "" : region.padEnd(9, "0"))}, ${number})`),
  );
  await session.script(`insert into reference_heating values ${months.join(", ")}`);
}
