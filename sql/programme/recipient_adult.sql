-- One row per living member of a recipient family who may be of employable age: from $employable_age_from to the pension age of the sex.
-- `is_able_bodied`: not of disability group 1 or 2; NULL where date of birth or group is unknown, since nobody is guessed to be able.
-- Inputs: recipient, known_person.
select
    p.household_key,
    p.person_key,
    r.is_rural,
    case
        when p.disability in ('1', '2') then false
        when p.birth_date is not null and p.disability is not null then true
    end as is_able_bodied,
    p.employment in ('hired', 'self_employed', 'seasonal') as is_working,
    p.employment::varchar as employment,
    p.business in ('sole_trader', 'suspended') as is_sole_trader,
from known_person($as_of, $snapshot) as p
join recipient as r on r.household_key = p.household_key
where (p.died_on is null or p.died_on >= $as_of::date)
    and (
        p.birth_date is null
        or (
            p.birth_date <= born_by($as_of, $employable_age_from)
            and p.birth_date > born_by($as_of, case p.sex when 'male' then $pension_age_men when 'female' then $pension_age_women else $pension_age end)
        )
    )
