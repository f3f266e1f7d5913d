-- One row per living household observed in the reference quarter and in the same one a year before. x: registered income now, in prices of a
-- year ago by the region's subsistence minimum; y: income then; n and m: member-months. Members are today's. Inputs: cohort, quarter_income.
select
    h.household_key,
    case
        when b.income_lcu is not null
            then (a.income_lcu::hugeint * (b.subsistence_minimum_lcu * 100)::bigint // (a.subsistence_minimum_lcu * 100)::bigint)::bigint
        else 0
    end as x,
    case when b.income_lcu is not null then h.members * a.months else 0 end as n,
    coalesce(b.income_lcu, 0) as y,
    coalesce(h.members * b.months, 0) as m,
    case when b.income_lcu is null then h.members else 0 end as unknown,
from cohort as h
left join quarter_income as a on a.household_key = h.household_key and a.back = 0
left join quarter_income as b on b.household_key = h.household_key and b.back = 4 and a.income_lcu is not null
