-- One row per table and observation name that a load claims to be complete for. Inputs: coverage. $snapshot.
select
    table_name,
    name,
    min(month_from)::varchar as month_from,
    max(month_until)::varchar as month_until,
    max(complete_through)::varchar as complete_through,
    count(distinct area_prefix)::integer as areas,
    bool_or(by_row) as by_row,
from coverage
where load_id <= $snapshot
group by table_name, name
order by table_name, name
