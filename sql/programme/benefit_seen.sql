-- One row per place where the register of benefits is complete: the months [seen_from, seen_until) of its last unbroken run before as_of.
-- Inputs: known_coverage, coverage_clock, known_household (places).
with months as (
    select distinct c.area_prefix, c.month
    from known_coverage($as_of, $snapshot) as c
    join coverage_clock as k on k.table_name = c.table_name
    where c.table_name = 'benefit' and not c.by_row and c.month < k.month_until
),
places as (
    select distinct h.area_code, left(h.area_code, l.digits) as area_prefix
    from known_household($as_of, $snapshot) as h
    cross join (select distinct length(area_prefix)::integer as digits from months) as l
),
runs as (
    select
        area_code,
        month,
        month - to_months(row_number() over (partition by area_code order by month)::integer) as run,
    from (select distinct p.area_code, m.month from places as p join months as m on m.area_prefix = p.area_prefix)
)
select area_code, min(month)::date as seen_from, (max(month) + interval 1 month)::date as seen_until,
from runs
group by area_code, run
qualify row_number() over (partition by area_code order by max(month) desc) = 1
