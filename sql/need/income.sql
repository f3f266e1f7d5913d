-- One row per household: counting income of the reference quarter, null where the quarter was not observed, and what is missing from it to
-- the poverty line and to the subsistence minimum of its region for all its members. Inputs: cohort, coverage_quarter, quarter_line,
-- known_income, reference_income_kind.
select
    h.household_key,
    i.months,
    i.income_lcu,
    l.poverty_line_lcu,
    l.subsistence_minimum_lcu,
    i.income_lcu < l.poverty_line_lcu * i.months * h.units as is_below_line,
    i.income_lcu < l.subsistence_minimum_lcu * i.months * h.units as is_below_subsistence,
    missing_to(l.poverty_line_lcu * i.months * h.units, i.income_lcu) as line_gap_lcu,
    missing_to(l.subsistence_minimum_lcu * i.months * h.units, i.income_lcu) as subsistence_gap_lcu,
from cohort as h
left join observed_quarter_income('cohort', 'coverage_quarter', $as_of, $snapshot, $q0::date, ($q0::date + interval 3 months)::date) as i
    on i.household_key = h.household_key
left join quarter_line as l on l.region_code = h.region_code and l.quarter = $q0::date
