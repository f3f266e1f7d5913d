-- One row: households whose risk both models count, and the sum of squared differences of their ranks by it, ties in order of id.
-- Inputs: champion_standing, standing.
with ranks as (
    select
        row_number() over (order by c.risk desc, c.household_id) as by_champion,
        row_number() over (order by s.risk desc, s.household_id) as by_shadow,
    from champion_standing as c
    join standing as s on s.household_id = c.household_id
    where c.risk is not null and s.risk is not null
)
select count(*)::integer as ranked, coalesce(sum((by_champion - by_shadow) * (by_champion - by_shadow)), 0)::varchar as squares
from ranks
