-- One row per living household and quarter, of the reference quarter q0 and the four before it, in which its registered income was observed,
-- beside the lines of that quarter and region. Members are today's. A line is met by sums. The lines are given to households first: joined to
-- incomes by the quarter alone they would be as many times as many rows as there are regions. Inputs: cohort, coverage_quarter, quarter_line,
-- observed_quarter_income.
with lines as materialized (
    select h.household_key, h.members, h.children, h.units, l.quarter, l.subsistence_minimum_lcu, l.poverty_line_lcu
    from cohort as h
    join quarter_line as l on l.region_code = h.region_code
    where l.quarter >= $q0::date - interval 12 months and l.quarter <= $q0::date
)
select
    i.household_key,
    i.quarter,
    date_diff('quarter', i.quarter, $q0::date) as back,
    l.members,
    l.children,
    l.units,
    i.income_lcu,
    i.months,
    l.subsistence_minimum_lcu,
    l.poverty_line_lcu,
    i.income_lcu < l.poverty_line_lcu * i.months * l.units as is_below_line,
    i.income_lcu < l.subsistence_minimum_lcu * i.months * l.units as is_below_subsistence,
from observed_quarter_income(
    'cohort', 'coverage_quarter', $as_of, $snapshot, ($q0::date - interval 12 months)::date, ($q0::date + interval 3 months)::date
) as i
join lines as l on l.household_key = i.household_key and l.quarter = i.quarter
