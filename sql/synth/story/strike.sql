-- One row per emergency that struck a district: kind, month from which income falls, for how long, share of village homes struck.
-- Floods of spring 2024 in half of the districts of the flagged regions; droughts and others by chance of district and year, the same for every
-- seed. Inputs: synth_region, synth_district.
with rayon as (
    select d.kato, d.kato[1:4] as district, r.is_flooded, purpose_bits(d.kato) as chance
    from synth_district as d
    join synth_region as r on r.region = d.region_kato2
)
select district, kato as area_code, 'flood' as kind, 24291 as month_no, 0 as delay, 6 as length, 0.35 as pay_left, 0.3 as share_struck, 3 as severity
from rayon
where is_flooded and dice(chance, 'flood of 2024') < 0.5
union all
select district, kato, 'drought', y * 12 + 5, 2, 9, 0.6, 0.35, 1
from rayon, range(2021, 2027) as t(y)
where dice(chance, 'drought', y) < 0.04
order by district, month_no, kind
