-- One row per household: ages, disability and tenure as far as they are known, and the stage of life that follows from them.
-- Stage: with children by the youngest one; without, all of pension age, the head young, or neither; unknown where an age is missing
-- that could change it. Inputs: cohort, need_person, known_household, reference_parameter.
with counted as (
    select
        household_key,
        count(*) filter (where unit = 'age_unknown') as ages_unknown,
        count(*) filter (where unit = 'child_0_6') as small_children,
        count(*) filter (where unit in ('child_7_13', 'child_14_17')) as school_children,
        count(*) filter (where unit = 'adult') as adults,
        coalesce(bool_or(is_disability_unknown), false) as is_disability_unknown,
        coalesce(bool_or(is_sole_trader), false) as has_sole_trader,
        max(age_years) filter (where role = 'head') as head_age_years,
    from need_person
    group by household_key
)
select
    h.household_key,
    s.dwelling_tenure::varchar as tenure,
    h.has_persons and coalesce(c.ages_unknown, 0) = 0 as are_ages_known,
    h.has_persons and not coalesce(c.is_disability_unknown, false) as is_disability_known,
    c.has_sole_trader,
    case
        when c.small_children > 0 then 'small_children'
        when c.ages_unknown > 0 or c.household_key is null then null
        when c.school_children > 0 then 'school_children'
        when c.adults = 0 then 'pensioners'
        when c.head_age_years < value_of('life_stage_young_head_until_age') then 'young'
        when c.head_age_years is not null then 'adults'
    end as stage,
from cohort as h
join known_household($as_of, $snapshot) as s on s.household_key = h.household_key
left join counted as c on c.household_key = h.household_key
