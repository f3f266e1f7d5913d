-- One row per household: disability and care. Unknown where the registers know no persons. Inputs: cohort, known_person.
with persons as (
    select
        household_key,
        count(*) filter (where disability <> 'none') as disabled,
        count(*) filter (where disability = 'child' or (disability <> 'none' and birth_date > $as_of::date - interval 18 years)) as disabled_children,
        count(*) filter (where employment = 'carer') as carers,
    from known_person($as_of, $snapshot)
    where (birth_date is null or birth_date < $as_of::date) and (died_on is null or died_on >= $as_of::date)
    group by household_key
)
select
    h.household_key,
    p.disabled > 0 as has_disability,
    p.disabled_children > 0 as has_child_with_disability,
    p.disabled as members_with_disability,
    p.carers > 0 as has_carer,
from cohort as h
left join persons as p on p.household_key = h.household_key
