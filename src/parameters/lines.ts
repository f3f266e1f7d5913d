import { UserError } from "../domain/errors.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { type ParameterSet, parameterAt } from "./dated-values.ts";
import type { Deployment } from "./deployment.ts";

/**
 * Creates the temp table `reference_line`: a row per region and quarter. The poverty line is the one that an application in the following
 * quarter meets with incomes of this quarter: the larger of two shares, of the region's median income and of its subsistence minimum, by the
 * rule in force on the first day of that following quarter (Social Code art. 120(3)). A figure that the rule asks for is never taken as 0. Shares come from the parameters, the rest from the quarters' CSV.
 */
export async function createLines(session: Session, deployment: Deployment, parameters: ParameterSet): Promise<void> {
  await session.script(quartersSql(deployment.quarters));
  await session.script(`comment on table reference_line is ${quoted(deployment.quarters)}`);
  const quarters = await session.rows<{ quarter: string; next: string; region_code: string }>(
    "select distinct quarter, (quarter + interval 3 months)::date as next, region_code from reference_line order by quarter, region_code",
  );
  if (quarters.length === 0) throw new UserError("no_quarters", `${deployment.quarters} has no rows`);
  const shares = quarters.map(({ quarter, next, region_code }) => ({
    ...{ quarter, region_code },
    median: parameterAt(parameters, "poverty_line_median_share", next, region_code),
    subsistence: parameterAt(parameters, "poverty_line_subsistence_share", next, region_code),
  }));
  await session.run(
    `update reference_line as l
     set poverty_line_lcu = greatest(
       (l.median_income_lcu * s.median)::decimal(18, 2),
       (l.subsistence_minimum_lcu * s.subsistence)::decimal(18, 2))
     from (select unnest(from_json($shares::varchar, '[{"quarter": "DATE", "region_code": "VARCHAR", "median": "DECIMAL(6, 4)", "subsistence": "DECIMAL(6, 4)"}]'), recursive := true)) as s
     where s.quarter = l.quarter and s.region_code = l.region_code
       and (l.median_income_lcu is not null or s.median = 0)
       and l.subsistence_minimum_lcu is not null`,
    { shares: JSON.stringify(shares) },
  );
  await checkQuarters(session, deployment.quarters);
}

function quartersSql(file: string): string {
  return `
    create or replace temp table reference_line as
    select
        case when coalesce(kato2, '') = '' then '' else rpad(kato2, 9, '0') end as region_code,
        make_date(quarter[1:4]::integer, quarter[6:6]::integer * 3 - 2, 1) as quarter,
        subsistence_minimum_lcu::decimal(18, 2) as subsistence_minimum_lcu,
        median_income_lcu::decimal(18, 2) as median_income_lcu,
        null::decimal(18, 2) as poverty_line_lcu,
    from read_csv(${quoted(file)}, all_varchar = true, header = true)
    order by region_code, quarter`;
}

/** A region has one row a quarter, without a hole, and a line in each. */
async function checkQuarters(session: Session, file: string): Promise<void> {
  const faults = await session.rows<{ region_code: string; quarter: string; fault: string }>(`
    select region_code, quarter::varchar as quarter, case
        when poverty_line_lcu is null then 'has no poverty line: its subsistence minimum is missing, or the median income that the rule asks for'
        when following = quarter then 'stands there twice'
        else 'is followed by a gap' end as fault,
    from (select *, lead(quarter) over (partition by region_code order by quarter) as following from reference_line)
    where poverty_line_lcu is null or following <> quarter + interval 3 months
    order by region_code, quarter`);
  if (faults.length === 0) return;
  const [first] = faults;
  throw new UserError(
    "bad_quarters",
    `${file}: region ${first?.region_code || "(everywhere)"}, quarter from ${first?.quarter} ${first?.fault}; ${faults.length} such in all. Every quarter needs one row`,
  );
}
