-- One row per recipient family: x of n able-bodied members work, or took part in an employment measure in the three months before as_of.
-- Where neither is seen and employment is unknown, it is unknown. Inputs: recipient_adult, known_employment_measure.
with adults as (
    select
        a.household_key,
        a.is_able_bodied,
        case when m.person_key is not null then true else a.is_working end as is_active,
    from recipient_adult as a
    left join (
        select distinct person_key
        from known_employment_measure($as_of, $snapshot)
        where started_on < $as_of::date and (ended_on is null or ended_on >= $as_of::date - interval 3 months)
    ) as m on m.person_key = a.person_key
    where coalesce(a.is_able_bodied, true)
)
select
    household_key,
    count(*) filter (where is_able_bodied and is_active) as x,
    count(*) filter (where is_able_bodied and is_active is not null) as n,
    0 as y,
    0 as m,
    count(*) filter (where is_able_bodied is null or is_active is null) as unknown,
from adults
group by household_key
