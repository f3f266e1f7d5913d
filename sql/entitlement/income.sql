-- One row per household whose income of the reference quarter q0 was observed in all three months: sums by kind, TSA itself never among them.
-- Which kinds count is for the programmes to say. Inputs: cohort, coverage_quarter, known_income.
with observed as (
    select household_key
    from observed_quarter_income('cohort', 'coverage_quarter', $as_of, $snapshot, $q0::date, ($q0::date + interval 3 months)::date)
    where months = 3
),
summed as (
    select
        household_key,
        max(recorded_at)::date as income_on,
        sum(amount_lcu) filter (where kind = 'wage') as wage_lcu,
        sum(amount_lcu) filter (where kind = 'self_employment') as self_employment_lcu,
        sum(amount_lcu) filter (where kind = 'pension') as pension_lcu,
        sum(amount_lcu) filter (where kind = 'benefit') as benefit_lcu,
        sum(amount_lcu) filter (where kind = 'alimony') as alimony_lcu,
        sum(amount_lcu) filter (where kind = 'agriculture') as agriculture_lcu,
        sum(amount_lcu) filter (where kind = 'other') as other_income_lcu,
    from known_income($as_of, $snapshot)
    where month >= $q0::date and month < $q0::date + interval 3 months
    group by household_key
)
select
    o.household_key,
    s.income_on,
    coalesce(s.wage_lcu, 0)::bigint as wage_lcu,
    coalesce(s.self_employment_lcu, 0)::bigint as self_employment_lcu,
    coalesce(s.pension_lcu, 0)::bigint as pension_lcu,
    coalesce(s.benefit_lcu, 0)::bigint as benefit_lcu,
    coalesce(s.alimony_lcu, 0)::bigint as alimony_lcu,
    coalesce(s.agriculture_lcu, 0)::bigint as agriculture_lcu,
    coalesce(s.other_income_lcu, 0)::bigint as other_income_lcu,
from observed as o
left join summed as s on s.household_key = o.household_key
