-- One row per living household: x of n tenge of its spending in the last three complete months went on food. Only households with consent of
-- every adult are seen; the others are unknown. What a third party verified counts before what was declared. Inputs: cohort, known_expenditure.
with categories as (
    select
        household_key,
        category,
        coalesce(max(amount_lcu) filter (where basis = 'verified'), max(amount_lcu) filter (where basis = 'declared')) as amount_lcu,
    from known_expenditure($as_of, $snapshot)
    where month < $expenditure_until::date and month >= $expenditure_until::date - interval 3 months
    group by household_key, month, category
),
spent as (
    select
        household_key,
        coalesce(sum(amount_lcu) filter (where category = 'food'), 0)::bigint as food_lcu,
        sum(amount_lcu)::bigint as all_lcu,
    from categories
    group by household_key
)
select
    h.household_key,
    coalesce(s.food_lcu, 0) as x,
    coalesce(s.all_lcu, 0) as n,
    0 as y,
    0 as m,
    (s.household_key is null)::integer as unknown,
from cohort as h
left join spent as s on s.household_key = h.household_key
