-- One row per living household and quarter, of the reference quarter q0 and the four before it, in which its registered income was observed,
-- beside the lines of that quarter and region. Members are today's. A line is met by sums. Inputs: cohort, coverage_quarter, quarter_line,
-- observed_quarter_income.
select
    i.household_key,
    i.quarter,
    date_diff('quarter', i.quarter, $q0::date) as back,
    h.members,
    h.children,
    h.units,
    i.income_lcu,
    i.months,
    l.subsistence_minimum_lcu,
    l.poverty_line_lcu,
    i.income_lcu < l.poverty_line_lcu * i.months * h.units as is_below_line,
    i.income_lcu < l.subsistence_minimum_lcu * i.months * h.units as is_below_subsistence,
from observed_quarter_income(
    'cohort', 'coverage_quarter', $as_of, $snapshot, ($q0::date - interval 12 months)::date, ($q0::date + interval 3 months)::date
) as i
join cohort as h on h.household_key = i.household_key
join quarter_line as l on l.region_code = h.region_code and l.quarter = i.quarter
