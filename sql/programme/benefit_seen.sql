-- One row per place where the register of benefits is complete: the months [seen_from, seen_until) of its last unbroken run before as_of.
-- Places that the same prefixes cover share one run. Inputs: known_coverage, coverage_clock, known_household (places).
with months as (
    select distinct c.area_prefix, c.month
    from known_coverage($as_of, $snapshot) as c
    join coverage_clock as k on k.table_name = c.table_name
    where c.table_name = 'benefit' and not c.by_row and c.month < k.month_until
),
prefixes as (select distinct area_prefix from months),
places as (
    select h.area_code, string_agg(p.area_prefix, ' ' order by p.area_prefix) as covered_by,
    from (select distinct area_code from known_household($as_of, $snapshot)) as h
    cross join (select distinct length(area_prefix)::integer as digits from prefixes) as l
    join prefixes as p on p.area_prefix = left(h.area_code, l.digits)
    group by h.area_code
),
covered as (
    select distinct c.covered_by, m.month
    from (select covered_by, unnest(string_split(covered_by, ' ')) as area_prefix from (select distinct covered_by from places)) as c
    join months as m on m.area_prefix = c.area_prefix
),
runs as (
    select
        covered_by,
        month,
        date_diff('month', date '1970-01-01', month) - row_number() over (partition by covered_by order by month) as run,
    from covered
),
last_run as (
    select covered_by, min(month)::date as seen_from, (max(month) + interval 1 month)::date as seen_until,
    from runs
    group by covered_by, run
    qualify row_number() over (partition by covered_by order by max(month) desc) = 1
)
select p.area_code, r.seen_from, r.seen_until
from places as p
join last_run as r on r.covered_by = p.covered_by
