-- One row per household on the run's list, or on the one that a shadow would have made. Inputs: champion_list, list.
select
    coalesce(c.household_id, s.household_id) as household_id,
    coalesce(c.district_code, s.district_code) as district_code,
    case when c.household_id is null then 'enters' when s.household_id is null then 'leaves' else 'stays' end as change,
from champion_list as c
full join list as s on s.household_id = c.household_id
order by household_id
