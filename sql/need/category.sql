-- One row per household and category of spending: the minimum standard, what is spent by the best word on it, and whether a verification
-- would turn a verdict: the other reading of the same months (the family's word where it differs, nothing where nobody verified it) puts
-- spending on the other side of income, or the category on the other side of its standard. Inputs: cohort, need_standard, need_expenditure,
-- need_income.
with categories as (
    select h.household_key, n.category
    from cohort as h
    cross join (select unnest(['food', 'housing', 'medical', 'education', 'transport', 'clothing', 'other']) as category) as n
),
joined as (
    select
        c.household_key,
        c.category,
        s.standard_lcu,
        s.last_month_lcu as standard_last_month_lcu,
        e.* exclude (household_key, category),
        i.income_lcu * 3 as income_3_lcu,
        i.months,
        (sum(e.counted_lcu) over (partition by c.household_key))::bigint as total_lcu,
    from categories as c
    join need_income as i on i.household_key = c.household_key
    left join need_standard as s on s.household_key = c.household_key and s.category = c.category
    left join need_expenditure as e on e.household_key = c.household_key and e.category = c.category
)
select
    household_key,
    category,
    standard_lcu,
    standard_last_month_lcu,
    declared_lcu,
    verified_lcu,
    verified_by,
    counted_lcu,
    last_month_lcu,
    otherwise_lcu,
    missing_to(standard_lcu, counted_lcu) as gap_lcu,
    declared_only_months > 0 as is_unverified,
    (total_lcu * months > income_3_lcu) <> ((total_lcu - counted_lcu + otherwise_lcu) * months > income_3_lcu) as settles_spending_above_income,
    (counted_lcu < standard_lcu) <> (otherwise_lcu < standard_lcu) as settles_standard,
from joined
