-- One row per district: households known there, and the places its list has. Inputs: standing; capacity and shares of the policy.
with counted as (
    select district_code, count(*)::integer as households
    from standing
    group by district_code
),
capacity as (
    select *, greatest($at_least, ceil(households * $per_1000_households / 1000))::integer as capacity
    from counted
)
select
    district_code,
    households,
    capacity,
    ceil(capacity * $lane_share)::integer as lane_places,
    capacity - ceil(capacity * $lane_share)::integer as main_places,
    floor((capacity - ceil(capacity * $lane_share)) * $risk_share)::integer as risk_places,
from capacity
