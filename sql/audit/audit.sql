-- One row per household: the protected traits by which fairness is measured, and its weight where the source is a survey. They reach this table
-- only, never a feature.
-- Inputs: cohort, known_household, known_person, features_composition, features_disability.
select
    h.household_id,
    (
        select min(p.sex::varchar)
        from known_person($as_of, $snapshot) as p
        where p.household_key = h.household_key and p.role = 'head' and (p.died_on is null or p.died_on >= $as_of::date)
    ) as sex_of_head,
    h.region_code,
    case when s.settlement in ('rural_district', 'village') then 'rural' when s.settlement is not null then 'urban' end as settlement,
    case d.has_disability when true then 'yes' when false then 'no' end as disability,
    case
        when c.is_large_family then 'large'
        when c.is_single_parent then 'single_parent'
        when c.children > 0 then 'other_with_children'
        when c.elderly = c.members then 'elderly'
        when c.children = 0 then 'without_children'
    end as family_type,
    case
        when c.members <= 2 then c.members::integer::varchar
        when c.members <= 4 then '3-4'
        when c.members <= 6 then '5-6'
        when c.members > 6 then '7 or more'
    end as household_size,
    s.contact_language::varchar as contact_language,
    s.weight::double as weight,
from cohort as h
join known_household($as_of, $snapshot) as s on s.household_key = h.household_key
join features_composition as c on c.household_key = h.household_key
join features_disability as d on d.household_key = h.household_key
