-- One row per household on the list. place orders the whole run, rank the district; the lane comes after those who have a place of
-- their own. Inputs: standing, main_list, unseen_lane; valid_until of the run's scores.
with listed as (
    select s.*, l.household_id is not null as is_lane, coalesce(l.inclusion_probability, 1)::double as inclusion_probability,
    from standing as s
    left join main_list as m on m.household_id = s.household_id
    left join unseen_lane as l on l.household_id = s.household_id
    where m.household_id is not null or l.household_id is not null
)
select
    household_id,
    area_code,
    district_code,
    row_number() over (order by is_lane, place)::integer as place,
    row_number() over (partition by district_code order by is_lane, place)::integer as rank,
    tier,
    case when is_lane then 'unseen_lane' else basis end as basis,
    need_depth,
    risk,
    inclusion_probability,
    confidence,
    unknown_reason,
    $valid_until::date as valid_until,
from listed
order by household_id
