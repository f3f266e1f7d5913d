-- One row per area (country, region, district) and register: households that live there, and those where the register is complete for one of
-- its last three months (of a survey: observed). Inputs: cohort, coverage_window.
with places as (
    select unnest(['', left(h.area_code, 2), left(h.area_code, 4)]) as area, h.area_code, count(*) as households
    from cohort as h
    group by h.area_code
),
registers as (select distinct table_name from coverage_window)
select
    p.area,
    r.table_name as "table",
    sum(p.households)::bigint as households,
    coalesce(sum(p.households) filter (where ((c.covered | c.by_row) & 7) <> 0), 0)::bigint as covered,
from places as p
cross join registers as r
left join coverage_window as c on c.area_code = p.area_code and c.table_name = r.table_name
group by p.area, r.table_name
