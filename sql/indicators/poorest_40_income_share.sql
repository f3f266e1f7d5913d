-- One row per area (the country, each region, each district) and household: what the poorest 40 % of persons have of all registered income of
-- the reference quarter, by income a head. With q the income a head that 40 % of the area's persons do not exceed, the sum of x over n is that
-- share, q's own tie shared out, and each household's x - share n is its influence on it (Lorenz ordinate; Langel and Tille 2011).
-- Inputs: cohort, quarter_income.
with heads as (
    select
        h.household_key,
        unnest(['', left(h.district_code, 2), left(h.district_code, 4)]) as area,
        h.members,
        case when i.income_lcu is not null then (i.income_lcu * 3 // (i.months * h.members))::bigint end as head_lcu,
    from cohort as h
    left join (select * from quarter_income where back = 0) as i on i.household_key = h.household_key
),
ranked as (
    select
        area,
        head_lcu,
        sum(members) over (partition by area order by head_lcu)::bigint as persons_up_to,
        sum(members) over (partition by area)::bigint as persons,
    from heads
    where head_lcu is not null
),
quantile as (
    select area, min(head_lcu) as q
    from ranked
    where 5 * persons_up_to >= 2 * persons
    group by area
)
select
    h.household_key,
    h.area,
    case when h.head_lcu is not null then h.members * (5 * least(h.head_lcu - u.q, 0) + 2 * u.q) else 0 end as x,
    case when h.head_lcu is not null then 5 * h.members * h.head_lcu else 0 end as n,
    0 as y,
    0 as m,
    case when h.head_lcu is null then h.members else 0 end as unknown,
from heads as h
left join quantile as u on u.area = h.area
