-- One row per register and district in which it is kept; some districts are without one, the same for every seed. Inputs: synth_district,
-- synth_place.
with district as (
    select distinct area_code[1:4] as district from synth_place
)
select r.name, d.district
from district as d, (values ('utility', 0.10), ('schooling', 0.06), ('health', 0.08), ('observation', 0.70)) as r(name, missing)
where dice(purpose_bits(d.district || r.name), 'register is missing') >= r.missing
order by r.name, d.district
