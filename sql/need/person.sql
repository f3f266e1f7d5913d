-- One row per living person of a household: number in the family from the eldest, role, age, and the unit of the standard that counts for it.
-- Pension age is the later one of both sexes for everybody, as in features: no sex is read. Inputs: cohort, known_person.
select
    p.household_key,
    p.person_key,
    row_number() over (partition by p.household_key order by p.birth_date nulls last, p.person_key)::integer as member,
    p.role::varchar as role,
    date_sub('year', p.birth_date, $as_of::date)::integer as age_years,
    case
        when p.birth_date is null then 'age_unknown'
        when p.birth_date > born_by($as_of, 7) then 'child_0_6'
        when p.birth_date > born_by($as_of, 14) then 'child_7_13'
        when p.birth_date > born_by($as_of, $adult_age) then 'child_14_17'
        when p.birth_date > born_by($as_of, $pension_age) then 'adult'
        else 'pensioner'
    end as unit,
    p.disability <> 'none' as has_disability,
    p.disability is null and (p.birth_date is null or p.birth_date <= born_by($as_of, $adult_age)) as is_disability_unknown,
    p.business = 'sole_trader' as is_sole_trader,
from known_person($as_of, $snapshot) as p
semi join cohort as h on h.household_key = p.household_key
where (p.birth_date is null or p.birth_date < $as_of::date) and (p.died_on is null or p.died_on >= $as_of::date)
