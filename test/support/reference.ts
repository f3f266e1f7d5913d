import type { Session } from "../../src/warehouse/session.ts";

/** Reference tables as a test needs them: one line everywhere and in every quarter, every income kind counts, income is per head. */
export async function createPlainReference(session: Session, line = { subsistence: 50_000, poverty: 40_000 }): Promise<void> {
  await session.script(`
    create or replace temp table reference_line as
    select '' as region_code, quarter::date as quarter, ${line.subsistence}::decimal(18, 2) as subsistence_minimum_lcu,
      100000::decimal(18, 2) as median_income_lcu, ${line.poverty}::decimal(18, 2) as poverty_line_lcu
    from generate_series(date '2022-01-01', date '2027-10-01', interval 3 months) as t(quarter);
    create or replace temp table reference_parameter (name varchar, value decimal(18, 2));
    create or replace temp table reference_income_kind (kind varchar, counts boolean);
    create or replace temp table reference_household_unit as select 1.0::double as first_adult, 1.0::double as further_adult, 1.0::double as child`);
}
