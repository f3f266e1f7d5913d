-- One row per family on TSA in the last year or the year before. x of n children below the poverty line in the reference quarter, among families
-- on TSA in the year before as_of; y of m the same a year earlier, with the line of that quarter. Inputs: participant, quarter_income, cohort.
select
    p.household_key,
    coalesce(case when p.is_now and a.is_below_line then h.children end, 0) as x,
    coalesce(case when p.is_now and a.is_below_line is not null then h.children end, 0) as n,
    coalesce(case when p.was_before and b.is_below_line then h.children end, 0) as y,
    coalesce(case when p.was_before and b.is_below_line is not null then h.children end, 0) as m,
    coalesce(case when p.is_now and a.is_below_line is null then h.children end, 0) as unknown,
from participant as p
join cohort as h on h.household_key = p.household_key
left join (select * from quarter_income where back = 0) as a on a.household_key = p.household_key
left join (select * from quarter_income where back = 4) as b on b.household_key = p.household_key
