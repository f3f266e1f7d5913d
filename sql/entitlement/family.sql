-- One row per household that lives at as_of: every fact that a programme's condition names; NULL is unknown. Amounts of the law stay out, so
-- that the same facts can be judged by other ones. Inputs: cohort, reference_line, entitlement_*.
select
    h.household_key,
    h.household_id,
    h.area_code,
    h.region_code,
    h.district_code,
    $as_of::date as as_of,
    $q0::date as income_quarter,
    $q0::date + interval 3 months = date_trunc('quarter', $as_of::date) as is_previous_quarter,
    h.members::integer as members,
    l.subsistence_minimum_lcu,
    l.median_income_lcu,
    i.* exclude (household_key),
    c.* exclude (household_key),
    p.* exclude (household_key),
    a.* exclude (household_key),
    f.* exclude (household_key),
    e.* exclude (household_key),
    e.household_key is not null as has_consent,
from cohort as h
left join reference_line as l
    on l.quarter = $q0::date
    and l.region_code = case when h.region_code in (select region_code from reference_line) then h.region_code else '' end
left join entitlement_income as i on i.household_key = h.household_key
left join entitlement_composition as c on c.household_key = h.household_key
left join entitlement_property as p on p.household_key = h.household_key
left join entitlement_assistance as a on a.household_key = h.household_key
left join entitlement_flood as f on f.household_key = h.household_key
left join entitlement_pilot as e on e.household_key = h.household_key
