-- One row per region: share of persons truly poor in 2025Q3 and its standard error, households counted as clusters. Inputs:
-- truth_household_quarter.
with region as (
    select
        region,
        sum(member_months)::bigint as persons,
        coalesce(sum(member_months) filter (where is_truly_poor), 0)::bigint as poor,
        sum(member_months::bigint * member_months)::bigint as squares,
        coalesce(sum(member_months::bigint * member_months) filter (where is_truly_poor), 0)::bigint as poor_squares,
    from truth_household_quarter
    where quarter = date '2025-07-01'
    group by region
)
select
    region,
    100.0 * poor / persons as value,
    100.0 * sqrt(poor_squares * (1 - poor::double / persons) ** 2 + (squares - poor_squares) * (poor::double / persons) ** 2) / persons as standard_error,
from region
order by region
