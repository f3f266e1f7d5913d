-- One row per living household: its district, and the kinds of family it is known to be, as bits: 1 large, 2 single parent, 4 with disability,
-- 8 with an elderly member, 16 rural, 32 urban. Inputs: cohort, features_composition, features_disability, features_dwelling.
select
    h.household_key,
    h.district_code,
    (
        coalesce(c.is_large_family, false)::integer
        + coalesce(c.is_single_parent, false)::integer * 2
        + coalesce(d.has_disability, false)::integer * 4
        + coalesce(c.elderly > 0, false)::integer * 8
        + coalesce(w.is_rural, false)::integer * 16
        + coalesce(not w.is_rural, false)::integer * 32
    )::integer as kinds,
from cohort as h
left join features_composition as c on c.household_key = h.household_key
left join features_disability as d on d.household_key = h.household_key
left join features_dwelling as w on w.household_key = h.household_key
