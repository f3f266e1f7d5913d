-- One row per living household observed in the reference quarter and in the same one a year before. x: registered income now, in prices of a
-- year ago by the region's subsistence minimum; y: income then; n and m: member-months. Members are today's. Inputs: cohort, quarter_income.
with both_quarters as (
    select
        a.household_key,
        (a.income_lcu::hugeint * (b.subsistence_minimum_lcu * 100)::bigint // (a.subsistence_minimum_lcu * 100)::bigint)::bigint as x,
        a.members * a.months as n,
        b.income_lcu as y,
        b.members * b.months as m,
    from (select * from quarter_income where back = 0) as a
    join (select * from quarter_income where back = 4) as b on b.household_key = a.household_key
)
select
    h.household_key,
    coalesce(i.x, 0) as x,
    coalesce(i.n, 0) as n,
    coalesce(i.y, 0) as y,
    coalesce(i.m, 0) as m,
    case when i.household_key is null then h.members else 0 end as unknown,
from cohort as h
left join both_quarters as i on i.household_key = h.household_key
