-- One row per place and table: masks of the complete months of the last 36, counted back from the table's clock (bit 0 is the last one).
-- `covered`: a missing row means 0. `by_row`: a survey, only a row of its own says that a month was observed.
-- Inputs: known_coverage, coverage_clock, known_household (places).
with by_prefix as (
    select
        c.table_name,
        c.area_prefix,
        bit_or(case when c.by_row then 0 else 1::bigint << (date_diff('month', c.month, k.month_until) - 1) end) as covered,
        bit_or(case when c.by_row then 1::bigint << (date_diff('month', c.month, k.month_until) - 1) else 0 end) as by_row,
    from known_coverage($as_of, $snapshot) as c
    join coverage_clock as k on k.table_name = c.table_name
    where c.month < k.month_until and c.month >= k.month_until - interval 36 months
    group by c.table_name, c.area_prefix
),
places as (
    select distinct h.area_code, left(h.area_code, l.digits) as area_prefix
    from known_household($as_of, $snapshot) as h
    cross join (select distinct length(area_prefix)::integer as digits from by_prefix) as l
)
select p.area_code, c.table_name, bit_or(c.covered) as covered, bit_or(c.by_row) as by_row,
from places as p
join by_prefix as c on c.area_prefix = p.area_prefix
group by p.area_code, c.table_name
