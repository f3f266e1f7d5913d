-- The facts of entitlement with those of the Map's scale beside them. Inputs: entitlement_family, known_household, level_loan, level_property,
-- level_person, level_published.
select
    f.*,
    s.settlement::varchar as settlement,
    s.recorded_at::date as household_on,
    l.* exclude (household_key),
    a.* exclude (household_key),
    p.* exclude (household_key),
    u.* exclude (household_key),
from entitlement_family as f
join known_household($as_of, $snapshot) as s on s.household_key = f.household_key
join level_loan as l on l.household_key = f.household_key
join level_property as a on a.household_key = f.household_key
left join level_person as p on p.household_key = f.household_key
join level_published as u on u.household_key = f.household_key
