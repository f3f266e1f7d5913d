-- One row per household: loans and overdue payments of the last twelve complete months. Inputs: cohort, known_credit, coverage_window,
-- features_income_change.
with summed as (
    select
        household_key,
        max(overdue_days) filter (where month >= $credit_until::date - interval 3 months) as overdue_days,
        sum(overdue_lcu) filter (where month = $credit_until::date - interval 1 month) as overdue_lcu,
        bit_or(1::bigint << (date_diff('month', month, $credit_until::date) - 1)) filter (where overdue_days > 0) as overdue_mask,
        sum(loan_payment_lcu + mortgage_payment_lcu) filter (where month >= $credit_until::date - interval 3 months) as payments_lcu,
        max(recorded_at)::date as newest_recorded_on,
    from known_credit($as_of, $snapshot)
    where month < $credit_until::date and month >= $credit_until::date - interval 12 months
    group by household_key
),
joined as (
    select
        h.household_key,
        s.* exclude (household_key),
        i.income_monthly_3m_lcu * 3 as income_lcu,
        coalesce((c.covered & window_mask(1, 0)) <> 0, false) as is_covered_1m,
        coalesce((c.covered & window_mask(3, 0)) = window_mask(3, 0), false) as is_covered_3m,
        coalesce((c.covered & window_mask(12, 0)) = window_mask(12, 0), false) as is_covered_12m,
    from cohort as h
    join features_income_change as i on i.household_key = h.household_key
    left join summed as s on s.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'credit'
)
select
    household_key,
    known_or_zero(overdue_days, is_covered_3m) as overdue_days_max,
    known_or_zero(overdue_lcu, is_covered_1m) as overdue_lcu,
    known_or_zero(bit_count(overdue_mask), is_covered_12m) as months_overdue_12m,
    case when payments_lcu > 0 then true when is_covered_3m then false end as has_loan,
    burden(known_or_zero(payments_lcu, is_covered_3m)::double, income_lcu) as debt_service_ratio_3m,
    newest_recorded_on,
from joined
