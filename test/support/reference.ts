import type { Session } from "../../src/warehouse/session.ts";

/** Legal values as a test needs them, in the words of models/parameters. */
const legalValues = {
  adult_age: 18,
  child_supplement_age_from: 1,
  child_supplement_age_to: 6,
  compulsory_school_age_from: 7,
  compulsory_school_age_to: 16,
  dwelling_exempt_m2_per_member: 18,
  emergency_window_months: 6,
  employable_age_from: 18,
  large_family_children: 4,
  large_family_student_age_until: 23,
  pension_age_men: 63,
  pension_age_women: 61,
  school_package_age_from: 6,
  school_package_age_to: 18,
};
export type LegalValue = keyof typeof legalValues;

/** Reference tables as a test needs them: one line everywhere and in every quarter, every income kind counts, income is per head. */
export async function createPlainReference(session: Session, line = { subsistence: 50_000, poverty: 40_000 }): Promise<void> {
  await session.script(`
    create or replace temp table reference_line as
    select '' as region_code, quarter::date as quarter, ${line.subsistence}::decimal(18, 2) as subsistence_minimum_lcu,
      100000::decimal(18, 2) as median_income_lcu, ${line.poverty}::decimal(18, 2) as poverty_line_lcu
    from generate_series(date '2022-01-01', date '2027-10-01', interval 3 months) as t(quarter);
    create or replace temp table reference_parameter (name varchar, value decimal(18, 4));
    create or replace temp table reference_regional_parameter (name varchar, region varchar, value decimal(18, 4));
    insert into reference_parameter values ${Object.entries(legalValues)
      .map(([name, value]) => `('${name}', ${value})`)
      .join(", ")};
    create or replace temp table reference_income_kind (kind varchar, counts boolean);
    create or replace temp table reference_household_unit as select 1.0::double as first_adult, 1.0::double as further_adult, 1.0::double as child`);
}
