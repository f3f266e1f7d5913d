-- One row per table that any load covers: the first month that is not complete at as_of, by the table's longest publication lag.
-- Inputs: coverage. The clock is the same for every household, so that one fresh district does not make the others look stale.
select
    table_name,
    max(publication_lag_days) as lag_days,
    date_trunc('month', $as_of::date - max(publication_lag_days)::integer)::date as month_until,
from coverage
where load_id <= $snapshot
group by table_name
