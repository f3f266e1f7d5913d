-- One row per household of which every adult consents to bank data and whose accounts are complete in the reference quarter and the month
-- before it: outflows of the quarter, savings at its beginning and at its end. Inputs: cohort, need_consent, known_account,
-- coverage_window, coverage_clock.
with summed as (
    select
        household_key,
        sum(outflow_lcu) filter (where month >= $q0::date) as outflow_lcu,
        sum(savings_lcu) filter (where month = $q0::date - interval 1 month) as savings_before_lcu,
        sum(savings_lcu) filter (where month = $q0::date + interval 2 months) as savings_lcu,
    from known_account($as_of, $snapshot)
    where month >= $q0::date - interval 1 month and month < $q0::date + interval 3 months
    group by household_key
)
select
    h.household_key,
    coalesce(s.outflow_lcu, 0)::bigint as outflow_lcu,
    coalesce(s.savings_before_lcu, 0)::bigint as savings_before_lcu,
    coalesce(s.savings_lcu, 0)::bigint as savings_lcu,
from cohort as h
join need_consent as g on g.household_key = h.household_key and g.to_bank
join coverage_clock as k on k.table_name = 'account'
join coverage_window as c on c.area_code = h.area_code and c.table_name = k.table_name
left join summed as s on s.household_key = h.household_key
where (c.covered & period_mask($q0::date - interval 1 month, 4, k.month_until)) = period_mask($q0::date - interval 1 month, 4, k.month_until)
