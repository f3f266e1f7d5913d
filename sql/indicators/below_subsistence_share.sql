-- One row per living household: x of n members are in a household whose registered income of the reference quarter is below the regional
-- subsistence minimum. Inputs: cohort, quarter_income.
select
    h.household_key,
    case when i.is_below_subsistence then h.members else 0 end as x,
    case when i.is_below_subsistence is not null then h.members else 0 end as n,
    0 as y,
    0 as m,
    case when i.is_below_subsistence is null then h.members else 0 end as unknown,
from cohort as h
left join (select * from quarter_income where back = 0) as i on i.household_key = h.household_key
