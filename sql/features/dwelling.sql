-- One row per household: the home and the settlement. Inputs: cohort, known_household.
select
    h.household_key,
    s.settlement in ('rural_district', 'village') as is_rural,
    s.dwelling_tenure::varchar as dwelling_tenure,
    s.dwelling_tenure in ('owned', 'mortgaged') as has_own_dwelling,
    s.dwelling_area_m2 / h.members as dwelling_area_per_member_m2,
    s.dwelling_area_m2 < $dwelling_exempt_m2_per_member::decimal(9, 2) * h.members as is_overcrowded,
    s.dwelling_condition in ('needs_repair', 'unsafe') as dwelling_needs_repair,
    s.recorded_at::date as newest_recorded_on,
from cohort as h
join known_household($as_of, $snapshot) as s on s.household_key = h.household_key
