-- One row per recipient family: x of n members were in a healthy-life programme in the year before as_of, by the last observation
-- 'healthy_life_programme' of each person (above 0: yes). No register of the contract holds it; a source may bring it as observations.
-- Inputs: recipient, known_person, known_observation.
with said as (
    select person_key, value, row_number() over (partition by person_key order by observed_on desc, value desc) as place,
    from known_observation($as_of, $snapshot)
    where name = 'healthy_life_programme'
        and person_key is not null
        and observed_on < $as_of::date
        and observed_on >= $as_of::date - interval 12 months
)
select
    p.household_key,
    count(*) filter (where s.value > 0) as x,
    count(s.value) as n,
    0 as y,
    0 as m,
    count(*) - count(s.value) as unknown,
from known_person($as_of, $snapshot) as p
semi join recipient as r on r.household_key = p.household_key
left join said as s on s.person_key = p.person_key and s.place = 1
where p.died_on is null or p.died_on >= $as_of::date
group by p.household_key
