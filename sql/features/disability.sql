-- One row per household: disability and care. Unknown where the registers know no persons, or nobody is known to have one and of
-- an adult it is unknown. A newborn is told of late: children's is unknown only when it is of every child. Inputs: cohort, known_person.
with persons as (
    select
        household_key,
        count(*) filter (where disability <> 'none') as disabled,
        count(*) filter (where disability is null and (birth_date is null or birth_date <= born_by($as_of, $adult_age))) as disability_unknown,
        count(*) filter (where disability = 'child' or (disability <> 'none' and birth_date > born_by($as_of, $adult_age))) as disabled_children,
        coalesce(bool_and(disability is null) filter (where birth_date > born_by($as_of, $adult_age)), false)::integer
            as disabled_children_unknown,
        count(*) filter (where employment = 'carer') as carers,
        count(*) filter (where employment is null and (birth_date is null or birth_date <= born_by($as_of, $adult_age))) as carers_unknown,
    from known_person($as_of, $snapshot)
    where (birth_date is null or birth_date < $as_of::date) and (died_on is null or died_on >= $as_of::date)
    group by household_key
)
select
    h.household_key,
    any_known(p.disabled, p.disability_unknown) as has_disability,
    any_known(p.disabled_children, p.disabled_children_unknown) as has_child_with_disability,
    known_or_zero(p.disabled, p.disability_unknown = 0) as members_with_disability,
    any_known(p.carers, p.carers_unknown) as has_carer,
from cohort as h
left join persons as p on p.household_key = h.household_key
