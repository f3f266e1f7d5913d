-- One row per household in the lane for the unseen: households too little is known of first, then a draw among all others that have no
-- place. Both are drawn by a keyed hash, without replacement; the probability of being drawn is kept.
-- Inputs: standing, capacity, main_list; seed and low_data_share of the policy.
with candidate as (
    select s.household_id, s.district_code, c.lane_places, s.tier = 'unknown' as is_low_data,
        sha256($seed || '|lane|' || s.household_id) as drawn_by,
    from standing as s
    join capacity as c on c.district_code = s.district_code
    anti join main_list as m on m.household_id = s.household_id
),
numbered as (
    select
        *,
        row_number() over (partition by district_code, is_low_data order by drawn_by, household_id) as number,
        count(*) over (partition by district_code, is_low_data) as candidates,
        count(*) filter (where is_low_data) over (partition by district_code) as low_data_candidates,
    from candidate
),
placed as (
    select
        *,
        case when is_low_data then low_data_places else lane_places - low_data_places end as places,
    from (select *, least(ceil(lane_places * $low_data_share), low_data_candidates)::integer as low_data_places from numbered)
)
select household_id, district_code, is_low_data, least(places / candidates, 1)::double as inclusion_probability
from placed
where number <= places
