-- One row per household that has a place of its district's list by its standing. An emergency always has one; risk_places are kept
-- for families at high risk. Inputs: standing, capacity.
with candidate as (
    select s.household_id, s.district_code, s.tier, s.place, s.is_high_risk, c.main_places, c.risk_places,
    from standing as s
    join capacity as c on c.district_code = s.district_code
    where s.basis is not null
),
kept as (
    select
        *,
        is_high_risk and row_number() over (partition by district_code, is_high_risk order by place) <= risk_places as is_kept,
    from candidate
),
queued as (
    select
        *,
        row_number() over (partition by district_code, is_kept order by place) as queue_place,
        count(*) filter (where is_kept) over (partition by district_code) as kept_places,
    from kept
)
select household_id, district_code, place
from queued
where is_kept or tier = 'emergency' or queue_place <= main_places - kept_places
