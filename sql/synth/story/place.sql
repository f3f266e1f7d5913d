-- One row per place where households live: region, class (city, centre, village), rank within the class, share of its homes.
-- Inputs: synth_kato (the classifier of administrative units), synth_district (its district-level units).
with settlement as (
    select
        k.kato,
        k.kato[1:2] as region,
        d.unit_type,
        d.kato as district_code,
        k.kato = min(k.kato) over (partition by d.kato) as is_first,
        k.kato like '%100' as is_okrug_centre,
    from synth_kato as k
    join synth_district as d on d.kato[1:4] = k.kato[1:4]
    where k.level = 'settlement' and k.type_code = '2' and d.unit_type = 'rayon'
),
city as (
    select d.region_kato2 as region, coalesce(min(k.kato), d.kato) as kato, d.unit_type
    from synth_district as d
    left join synth_kato as k on k.kato[1:4] = d.kato[1:4] and k.level = 'sub_district' and k.type_code = '1'
    where d.unit_type <> 'rayon'
    group by d.region_kato2, d.kato, d.unit_type
),
placed as (
    select region, 'city' as class, kato as area_code,
        case when region in ('71', '75', '79') then 'republican_city' else 'regional_city' end as settlement
    from city
    union all
    select region, 'centre', kato, 'district_centre' from settlement where is_first
    union all
    select region, 'village', kato, case when is_okrug_centre then 'rural_district' else 'village' end from settlement where not is_first
)
select
    region,
    class,
    area_code,
    settlement,
    (row_number() over (partition by region, class order by md5(area_code), area_code) - 1)::integer as rank,
    (count(*) over (partition by region, class))::integer as places,
from placed
order by region, class, rank
