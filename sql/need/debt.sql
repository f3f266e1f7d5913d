-- One row per household: loan and mortgage payments due in the reference quarter, and what is overdue on loans and utility bills in each
-- register's last complete month; unknown where the register is not complete. Inputs: cohort, known_credit, known_utility, coverage_window,
-- coverage_clock.
with loans as (
    select
        household_key,
        sum(loan_payment_lcu + mortgage_payment_lcu) filter (where month >= $q0::date and month < $q0::date + interval 3 months) as payments_lcu,
        sum(overdue_lcu) filter (where month = $credit_until::date - interval 1 month) as overdue_lcu,
    from known_credit($as_of, $snapshot)
    where month >= least($q0::date, $credit_until::date - interval 1 month) and month < greatest($credit_until::date, $q0::date + interval 3 months)
    group by household_key
),
bills as (
    select household_key, sum(arrears_lcu) as arrears_lcu
    from known_utility($as_of, $snapshot)
    where month = $utility_until::date - interval 1 month
    group by household_key
),
covered as (
    select
        c.area_code,
        bool_or(c.table_name = 'credit' and (c.covered & period_mask($q0, 3, k.month_until)) = period_mask($q0, 3, k.month_until)) as is_credit_complete,
        bool_or(c.table_name = 'credit' and (c.covered & 1) <> 0) as is_credit_covered,
        bool_or(c.table_name = 'utility' and (c.covered & 1) <> 0) as is_utility_covered,
    from coverage_window as c
    join coverage_clock as k on k.table_name = c.table_name
    group by c.area_code
)
select
    h.household_key,
    case when c.is_credit_complete then coalesce(l.payments_lcu, 0) end::bigint as loan_payments_lcu,
    known_or_zero(l.overdue_lcu, c.is_credit_covered)::bigint as overdue_lcu,
    known_or_zero(b.arrears_lcu, c.is_utility_covered)::bigint as utility_arrears_lcu,
from cohort as h
left join covered as c on c.area_code = h.area_code
left join loans as l on l.household_key = h.household_key
left join bills as b on b.household_key = h.household_key
