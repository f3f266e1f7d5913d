-- One row per household: registered income per head and month beside the lines, by quarter back from the reference quarter q0.
-- Earlier quarters are divided by today's household units, so that they show income alone. A line is met by sums, never by rounded means.
-- Inputs: cohort, coverage_quarter, quarter_line, known_income, reference_income_kind.
with quarters as (
    select
        i.household_key,
        date_diff('quarter', i.quarter, $q0::date) as back,
        i.income_lcu / (i.months * h.units)::double as per_capita,
        i.income_lcu / (l.subsistence_minimum_lcu * i.months * h.units)::double as subsistence_ratio,
        i.income_lcu / (l.poverty_line_lcu * i.months * h.units)::double as line_ratio,
        i.income_lcu < l.subsistence_minimum_lcu * i.months * h.units as is_below_subsistence,
        i.income_lcu < l.poverty_line_lcu * i.months * h.units as is_below_line,
    from observed_quarter_income(
        'cohort', 'coverage_quarter', $as_of, $snapshot, ($q0::date - interval 12 months)::date, ($q0::date + interval 3 months)::date
    ) as i
    join cohort as h on h.household_key = i.household_key
    left join quarter_line as l on l.region_code = h.region_code and l.quarter = i.quarter
),
pivoted as (
    select
        household_key,
        max(per_capita) filter (where back = 0) as per_capita,
        max(line_ratio) filter (where back = 0) as line_ratio,
        bool_or(is_below_subsistence) filter (where back = 0) as is_below_subsistence,
        bool_or(is_below_line) filter (where back = 0) as is_below_line,
        max(subsistence_ratio) filter (where back = 0) as ratio_q0,
        max(subsistence_ratio) filter (where back = 1) as ratio_q1,
        max(subsistence_ratio) filter (where back = 2) as ratio_q2,
        max(subsistence_ratio) filter (where back = 3) as ratio_q3,
        max(subsistence_ratio) filter (where back = 4) as ratio_q4,
        min(subsistence_ratio) filter (where back < 4) as lowest_ratio,
        count(*) filter (where back < 4 and is_below_subsistence) as quarters_below,
        count(is_below_subsistence) filter (where back < 4) as quarters_observed,
    from quarters
    group by household_key
)
select
    h.household_key,
    p.per_capita as income_per_capita_q0_lcu,
    l.subsistence_minimum_lcu as subsistence_minimum_q0_lcu,
    l.poverty_line_lcu as poverty_line_q0_lcu,
    p.ratio_q0 as income_to_subsistence_ratio,
    p.line_ratio as income_to_line_ratio,
    case when p.ratio_q0 is not null then ln(greatest(p.ratio_q0, 0.01)) end as log_income_to_subsistence,
    p.is_below_subsistence,
    p.is_below_line,
    case when p.is_below_line then l.poverty_line_lcu::double - p.per_capita when not p.is_below_line then 0.0 end as line_shortfall_lcu,
    p.ratio_q1 as income_to_subsistence_ratio_q1,
    p.ratio_q4 as income_to_subsistence_ratio_q4,
    list_avg([p.ratio_q0, p.ratio_q1, p.ratio_q2, p.ratio_q3]) as mean_income_to_subsistence_4q,
    p.lowest_ratio as lowest_income_to_subsistence_4q,
    case when p.quarters_observed > 0 then p.quarters_below end as quarters_below_subsistence_4q,
from cohort as h
left join quarter_line as l on l.region_code = h.region_code and l.quarter = $q0::date
left join pivoted as p on p.household_key = h.household_key
