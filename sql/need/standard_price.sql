-- One row per region, unit and category: the standard of the reference quarter, its three months in their season, and of its last month.
-- A region without standards or heating months of its own takes those for everywhere (''). Inputs: cohort, reference_standard, reference_heating.
with months as (
    select r.region_code, m.month::date as month
    from (select distinct region_code from cohort) as r
    cross join generate_series($q0::date, ($q0::date + interval 2 months)::date, interval 1 month) as m(month)
),
seasons as (
    select m.region_code, m.month, case when h.month_number is null then 'warm' else 'heating' end as season,
    from months as m
    left join reference_heating as h
        on h.month_number = month(m.month)
        and h.region_code = case when m.region_code in (select region_code from reference_heating) then m.region_code else '' end
)
select
    m.region_code,
    s.unit,
    s.category,
    sum(s.amount_lcu)::bigint as quarter_lcu,
    (sum(s.amount_lcu) filter (where m.month = $q0::date + interval 2 months))::bigint as last_month_lcu,
from seasons as m
join reference_standard as s
    on s.quarter = $q0::date
    and s.season = m.season
    and s.region_code = case when m.region_code in (select region_code from reference_standard) then m.region_code else '' end
group by m.region_code, s.unit, s.category
