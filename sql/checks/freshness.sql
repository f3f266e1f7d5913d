-- One row per table, source and region: how new its rows are, and how many of the households known there it knows.
-- Inputs: registry_row (made from the contract by src/steps/registry-rows.ts), known_household, area. $as_of, $snapshot.
with by_household as (
    select table_name, source, household_key, area_code, max(recorded_at) as newest_recorded_at, max(period) as newest_period, count(*) as row_count
    from registry_row($as_of, $snapshot)
    group by table_name, source, household_key, area_code
),
home as (
    select h.household_key, a.region_code
    from known_household($as_of, $snapshot) as h
    join area as a on a.area_code = h.area_code
),
population as (
    select region_code, count(*) as households
    from home
    group by region_code
)
select
    b.table_name,
    b.source,
    coalesce(h.region_code, a.region_code, '') as region_code,
    strftime(max(b.newest_recorded_at), '%Y-%m-%dT%H:%M:%S') as newest_recorded_at,
    max(b.newest_period)::varchar as newest_period,
    sum(b.row_count)::integer as row_count,
    count(distinct h.household_key)::integer as households,
    round(count(distinct h.household_key) / max(p.households), 4) as household_share,
from by_household as b
left join home as h on h.household_key = b.household_key
left join area as a on a.area_code = b.area_code
left join population as p on p.region_code = coalesce(h.region_code, a.region_code)
group by b.table_name, b.source, coalesce(h.region_code, a.region_code, '')
order by b.table_name, b.source, coalesce(h.region_code, a.region_code, '')
