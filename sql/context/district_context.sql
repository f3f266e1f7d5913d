-- One row per district: what is known of its households at as_of. Made over all households, before the features of any of them.
-- Inputs: cohort, coverage_quarter, quarter_line, coverage_window, known_income, known_tsa_recipients.
with incomes as (
    select
        h.district_code,
        i.income_lcu < l.subsistence_minimum_lcu * i.months * h.units as is_below,
        i.income_lcu / (l.subsistence_minimum_lcu * i.months * h.units)::double as ratio,
    from observed_quarter_income('cohort', 'coverage_quarter', $as_of, $snapshot, $q0::date, ($q0::date + interval 3 months)::date) as i
    join cohort as h on h.household_key = i.household_key
    join quarter_line as l on l.region_code = h.region_code and l.quarter = i.quarter
),
income as (
    select
        district_code,
        (count(*) filter (where is_below)) / count(*)::double as below_subsistence_share,
        median(ratio) as median_income_to_subsistence,
    from incomes
    group by district_code
),
tsa as (
    select
        h.district_code,
        (count(*) filter (where b.household_key is not null)) / count(*)::double as tsa_share,
    from cohort as h
    join coverage_window as c on c.area_code = h.area_code and c.table_name = 'benefit' and (c.covered & 7) <> 0
    left join known_tsa_recipients($as_of, $snapshot) as b on b.household_key = h.household_key
    group by h.district_code
)
select d.district_code, i.below_subsistence_share, i.median_income_to_subsistence, t.tsa_share,
from (select distinct district_code from cohort) as d
left join income as i on i.district_code = d.district_code
left join tsa as t on t.district_code = d.district_code
