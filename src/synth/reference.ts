import { readFileSync } from "node:fs";
import { type IsoDate, quarterName } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { type ParameterSet, parameterAt, readParameters } from "../parameters/dated-values.ts";
import { type Deployment, readDeployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { type Calibration, calibrationMacros, readCalibration } from "./calibration.ts";
import { livedMonths, monthNumber, type SynthOptions } from "./options.ts";

/** Sums in MRP that the months' table carries in tenge, rounded up, by the column they fill. */
const sums = {
  large_family_4_lcu: "large_family_benefit_mrp_4",
  large_family_5_lcu: "large_family_benefit_mrp_5",
  large_family_6_lcu: "large_family_benefit_mrp_6",
  large_family_7_lcu: "large_family_benefit_mrp_7",
  large_family_8_lcu: "large_family_benefit_mrp_per_child_8",
} as const;

/** Creates macros and the tables that every part reads: places, regions, months with the parameters in force, lines by quarter. */
export async function createReference(session: Session, options: SynthOptions): Promise<void> {
  const calibration = readCalibration();
  const deployment = readDeployment(projectFile("models/deployment.yaml"));
  const months = livedMonths(options);
  await session.script(readFileSync(projectFile("sql/synth/macros.sql"), "utf8"));
  await session.script(calibrationMacros(calibration));
  await session.script(readFileSync(projectFile("sql/synth/behaviour.sql"), "utf8"));
  const parameters = readParameters(deployment.parameters);
  await session.script(pensionAge(parameters, options.until));
  await createReferenceTables(session, deployment, months[0] as IsoDate);
  await createPlaces(session, deployment, calibration);
  await createMonths(session, months, calibration, parameters);
  await createLines(session, months);
  for (const name of ["strike", "register"])
    await session.script(
      `create or replace temp table synth_${name} as ${readFileSync(projectFile(`sql/synth/story/${name}.sql`), "utf8")}`,
    );
}

/** SQL macro `pension_age(is_male)` in months, by the rule in force at the window's end. */
function pensionAge(parameters: ParameterSet, date: IsoDate): string {
  const months = (name: string) => Math.round(12 * parameterAt(parameters, name, date));
  return `create or replace temp macro pension_age(is_male) as
    case when is_male then ${months("pension_age_men")} else ${months("pension_age_women")} end`;
}

async function createPlaces(session: Session, deployment: Deployment, calibration: Calibration): Promise<void> {
  const regions = Object.entries(calibration.regions).map(
    ([region, { fertility, russian, pay_lcu }]) => `('${region}', ${fertility}::double, ${russian}::double, ${pay_lcu}::double)`,
  );
  const file = (name: string) => quoted(projectFile(`data-samples/kazakhstan/${name}`));
  await session.script(`
    create or replace temp table synth_kato as select kato, level, type_code from read_csv(${quoted(deployment.areas)}, all_varchar = true);
    create or replace temp table synth_district as select region_kato2, kato, unit_type from read_csv(${file("districts.csv")}, all_varchar = true);
    create or replace temp table synth_region as
    select
        r.kato2 as region,
        (sum(pop_avg_2025::bigint) over (order by r.kato2) - pop_avg_2025::bigint)::double / (sum(pop_avg_2025::bigint) over ()) as share_from,
        rural_share_2025::double as rural_share,
        flood_2024 = '1' as is_flooded,
        poverty_default_pct::double as poverty_pct,
        c.fertility, c.russian_share, c.wage_lcu,
    from read_csv(${file("regions.csv")}, all_varchar = true) as r
    join (values ${regions.join(", ")}) as c(region, fertility, russian_share, wage_lcu) on c.region = r.kato2
    order by r.kato2;
    create or replace temp table synth_place as ${readFileSync(projectFile("sql/synth/story/place.sql"), "utf8")};`);
}

async function createMonths(
  session: Session,
  months: readonly IsoDate[],
  { pay_growth, quarters }: Calibration,
  parameters: ParameterSet,
): Promise<void> {
  const rows = months.map((month) => {
    const growth = (1 + pay_growth) ** (Number(month.slice(0, 4)) - 2025) * (quarters[quarterName(month)] ?? 1);
    const at = (name: string) => parameterAt(parameters, name, month);
    const inTenge = Object.values(sums).map((name) => `ceil(${at("mrp")}::decimal(18, 2) * ${at(name)}::decimal(9, 2))::bigint`);
    const supplement = `${at("child_supplement_mrp")}::decimal(9, 2)`;
    return `(${monthNumber(month)}, ${growth}::double, ${at("mrp")}::integer, ${at("minimum_wage")}::integer, ${supplement}, ${inTenge.join(", ")})`;
  });
  await session.script(`
    create or replace temp table synth_month as
    from (values ${rows.join(", ")}) as m(month_no, growth, mrp, minimum_wage, child_supplement, ${Object.keys(sums).join(", ")})`);
}

/** The lines of every quarter that is lived; before the first known quarter that quarter's own, because only the time before the window meets it. */
async function createLines(session: Session, months: readonly IsoDate[]): Promise<void> {
  const [first, windowFirst, last] = [months[0], months[12], months.at(-1)] as [IsoDate, IsoDate, IsoDate];
  const known = await session.row<{ least: string; most: string }>(
    "select min(quarter)::varchar as least, max(quarter)::varchar as most from reference_line",
  );
  if (windowFirst < known.least || quarterName(last) > quarterName(known.most))
    throw new UserError(
      "bad_window",
      `subsistence minimums are known from ${quarterName(known.least)} to ${quarterName(known.most)}; choose --months and --until within`,
      { exitCode: 2 },
    );
  await session.script(`
    create or replace temp table synth_line as
    with known as (
        select region_code[1:2] as region, month_number(quarter) // 3 as quarter_no, subsistence_minimum_lcu, poverty_line_lcu from reference_line
    )
    select r.region, q.quarter_no::integer as quarter_no, k.subsistence_minimum_lcu, k.poverty_line_lcu
    from range(${monthNumber(first)} // 3, ${monthNumber(last)} // 3 + 1) as q(quarter_no)
    cross join synth_region as r
    join known as k on k.region = r.region and k.quarter_no = greatest(q.quarter_no, (select min(quarter_no) from known))
    order by r.region, q.quarter_no`);
}
