-- One row per living household on TSA at as_of, with the spell that runs. `is_rural`: NULL where the register does not say.
-- Inputs: cohort, tsa_spell, known_household.
select
    h.household_key,
    h.household_id,
    h.area_code,
    h.region_code,
    h.district_code,
    h.members,
    h.has_persons,
    s.spell,
    s.starts_on,
    s.until,
    s.days,
    s.is_start_seen,
    k.settlement in ('rural_district', 'village') as is_rural,
from tsa_spell as s
join cohort as h on h.household_key = s.household_key
join known_household($as_of, $snapshot) as k on k.household_key = h.household_key
where s.is_running
