-- One row per entry of the list that is asked for. rank counts in the area asked for; an entry that stands on an expired score is kept
-- back, its rank stays free. matching: entries before the limit. Inputs: entries, areas of a published run; area, tier, language, limit.
with ranked as (
    select *, row_number() over (order by place)::integer as area_rank
    from entries
    where starts_with(area_code, $area)
),
named as (
    select area_code, case $language when 'kk' then name_kk when 'en' then coalesce(name_en, name_ru) else name_ru end as name
    from areas
)
select
    r.area_rank as rank,
    r.tier,
    r.basis,
    r.household_id,
    r.area_code,
    coalesce(a.name, r.area_code) as area_name,
    r.district_code,
    coalesce(d.name, r.district_code) as district_name,
    r.members,
    r.children,
    r.elderly,
    r.has_disability,
    r.confidence,
    r.unknown_reason,
    r.days_since_newest_record,
    r.inclusion_probability,
    r.valid_until::varchar as valid_until,
    count(*) over ()::integer as matching,
from ranked as r
left join named as a on a.area_code = r.area_code
left join named as d on d.area_code = r.district_code
where ($tier::varchar is null or r.tier = $tier) and not ($is_expired and r.basis = 'risk')
order by r.area_rank
limit $most
