-- What indicators that no register of the contract holds share: a source may bring them as observations, above 0 for yes.

-- One row per recipient family: x of n are so by the last observation of a name in the year before as_of, of each living member
-- (`of_persons`) or of the family, said of it or of any member. Inputs: recipient, known_person, known_observation.
create or replace temp macro observed_share(wanted, of_persons, as_of, snapshot) as table
with said as (
    select case when of_persons then person_key else household_key end as unit, value,
    from known_observation(as_of, snapshot)
    where name = wanted and observed_on < as_of::date and observed_on >= as_of::date - interval 12 months
    qualify row_number() over (partition by unit order by observed_on desc, value desc) = 1
),
asked as (
    select household_key, household_key as unit
    from recipient
    where not of_persons
    union all
    select p.household_key, p.person_key as unit
    from known_person(as_of, snapshot) as p
    semi join recipient as r on r.household_key = p.household_key
    where of_persons and (p.died_on is null or p.died_on >= as_of::date)
)
select
    a.household_key,
    count(*) filter (where s.value > 0) as x,
    count(s.value) as n,
    0 as y,
    0 as m,
    count(*) - count(s.value) as unknown,
from asked as a
left join said as s on s.unit = a.unit
group by a.household_key;
