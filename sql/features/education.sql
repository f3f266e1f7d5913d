-- One row per household: education of the adults. Unknown where the registers know none of it. Inputs: cohort, known_person.
with adults as (
    select
        household_key,
        count(education) as known,
        count(*) filter (where education in ('none', 'primary')) as without_secondary,
        count(*) filter (where education = 'higher') as with_higher,
    from known_person($as_of, $snapshot)
    where birth_date <= born_by($as_of, $adult_age) and (died_on is null or died_on >= $as_of::date)
    group by household_key
)
select
    h.household_key,
    case when a.known > 0 then a.without_secondary end as adults_without_secondary,
    case when a.known > 0 then a.with_higher > 0 end as has_higher_education,
from cohort as h
left join adults as a on a.household_key = h.household_key
