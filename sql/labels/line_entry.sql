-- Macro of the labels that enter below a line. Tables later_* are the context as it stands at label_as_of.
-- One row per household that was observed at as_of in the quarter q0 and not below the line then. The label is true when a quarter of
-- [from_quarter, until_quarter) is observed below the line, false when every one of them is observed and none is, else unknown.
-- Each quarter meets its own line, with the household's units and region as known at label_as_of.
create or replace temp macro line_entry(line, as_of, snapshot, q0, label_as_of, from_quarter, until_quarter) as table
with not_below as (
    select i.household_key
    from observed_quarter_income('cohort', 'coverage_quarter', as_of, snapshot, q0, (q0 + interval 3 months)::date) as i
    join cohort as h on h.household_key = i.household_key
    join quarter_line as l on l.region_code = h.region_code and l.quarter = i.quarter
    where i.income_lcu >= case line when 'subsistence' then l.subsistence_minimum_lcu else l.poverty_line_lcu end * i.months * h.units
),
later as (
    select
        i.household_key,
        count(*) as quarters,
        bool_or(i.income_lcu < case line when 'subsistence' then l.subsistence_minimum_lcu else l.poverty_line_lcu end * i.months * h.units) as is_below,
    from observed_quarter_income('later_cohort', 'later_coverage_quarter', label_as_of, snapshot, from_quarter, until_quarter) as i
    join later_cohort as h on h.household_key = i.household_key
    join later_quarter_line as l on l.region_code = h.region_code and l.quarter = i.quarter
    group by i.household_key
)
select
    h.household_id,
    case when l.is_below then true when l.quarters = date_diff('quarter', from_quarter, until_quarter) then false end as label,
    label_as_of as label_known_on,
from cohort as h
semi join not_below as n on n.household_key = h.household_key
left join later as l on l.household_key = h.household_key;
