-- One row per household that lives at as_of: the facts of entitlement, to which groups it belongs, and the minimum standard of its spending in
-- the reference quarter, all of it and of housing (NULL where there is none). `region`: two digits of KATO.
-- Inputs: entitlement_family, simulation_composition, known_household, need_standard.
with standard as (
    select
        household_key,
        sum(standard_lcu)::bigint as standard_lcu,
        (sum(standard_lcu) filter (where category = 'housing'))::bigint as housing_standard_lcu,
    from need_standard
    group by household_key
)
select
    f.* exclude (household_key),
    left(f.region_code, 2) as region,
    s.settlement in ('rural_district', 'village') as is_rural,
    c.is_large_family as in_large_family,
    c.is_single_parent,
    f.has_disability_1_2 or f.has_child_with_disability as has_disability,
    c.elderly > 0 as has_elderly,
    c.children > 0 as has_children,
    t.standard_lcu,
    t.housing_standard_lcu,
from entitlement_family as f
join simulation_composition as c on c.household_key = f.household_key
join known_household($as_of, $snapshot) as s on s.household_key = f.household_key
left join standard as t on t.household_key = f.household_key
