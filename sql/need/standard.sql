-- One row per household and category: the minimum standard of spending of the reference quarter and of its last month; no rows where the
-- deployment has no standard for the region and quarter. Inputs: cohort, need_unit, need_standard_price.
select
    h.household_key,
    p.category,
    sum(u.number * p.quarter_lcu)::bigint as standard_lcu,
    sum(u.number * p.last_month_lcu)::bigint as last_month_lcu,
from cohort as h
join need_unit as u on u.household_key = h.household_key
join need_standard_price as p on p.region_code = h.region_code and p.unit = u.unit
group by h.household_key, p.category
