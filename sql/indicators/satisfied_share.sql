-- One row per recipient family: x 1 when the last observation 'satisfied_with_services' of the year before as_of, of the family or any member, is above 0
-- (the family is satisfied), n 1 where there is one. No register of the contract holds it; a source may bring it as observations.
-- Inputs: recipient, known_observation.
with said as (
    select household_key, value, row_number() over (partition by household_key order by observed_on desc, value desc) as place,
    from known_observation($as_of, $snapshot)
    where name = 'satisfied_with_services' and observed_on < $as_of::date and observed_on >= $as_of::date - interval 12 months
)
select
    r.household_key,
    coalesce(s.value > 0, false)::integer as x,
    (s.value is not null)::integer as n,
    0 as y,
    0 as m,
    (s.value is null)::integer as unknown,
from recipient as r
left join said as s on s.household_key = r.household_key and s.place = 1
