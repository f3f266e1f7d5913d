-- One row per household of which every adult has given consent: what the pilot's expenditure criteria ask, over the reference quarter q0.
-- Without consent there is no row, and nothing is known. Inputs: cohort, known_consent_given, known_credit, known_account, known_asset,
-- coverage_window, coverage_clock.
with masks as (
    select table_name, 7::bigint << (date_diff('month', $q0::date, month_until) - 3)::integer as mask
    from coverage_clock
    where month_until >= $q0::date + interval 3 months
),
covered_quarter as (
    select c.area_code, c.table_name
    from coverage_window as c
    join masks as m on m.table_name = c.table_name and (c.covered & m.mask) = m.mask
),
loans as (
    select household_key, sum(loan_payment_lcu)::bigint as loan_payments_lcu
    from known_credit($as_of, $snapshot)
    where month >= $q0::date and month < $q0::date + interval 3 months
    group by household_key
),
accounts as (
    select
        household_key,
        sum(outflow_lcu)::bigint as outflows_lcu,
        max(savings_lcu) filter (where month = $q0::date + interval 2 months) as savings_lcu,
    from known_account($as_of, $snapshot)
    where month >= $q0::date and month < $q0::date + interval 3 months
    group by household_key
),
bought as (
    select household_key, count(*) as homes_and_cars
    from known_asset($as_of, $snapshot)
    where kind in ('dwelling', 'car') and acquired_on >= $q0::date and acquired_on < $as_of::date
    group by household_key
)
select
    h.household_key,
    case when l.household_key is not null then l.loan_payments_lcu when cl.area_code is not null then 0 end as loan_payments_lcu,
    case when a.household_key is not null then a.outflows_lcu when ca.area_code is not null then 0 end as outflows_lcu,
    case when a.household_key is not null then a.savings_lcu when ca.area_code is not null then 0 end as savings_lcu,
    case when b.household_key is not null then b.homes_and_cars when w.area_code is not null then 0 end::integer as homes_and_cars_bought,
from cohort as h
semi join known_consent_given('bank', $as_of, $snapshot) as g on g.household_key = h.household_key
left join covered_quarter as cl on cl.area_code = h.area_code and cl.table_name = 'credit'
left join covered_quarter as ca on ca.area_code = h.area_code and ca.table_name = 'account'
left join coverage_window as w on w.area_code = h.area_code and w.table_name = 'asset' and (w.covered & window_mask(3, 0)) <> 0
left join loans as l on l.household_key = h.household_key
left join accounts as a on a.household_key = h.household_key
left join bought as b on b.household_key = h.household_key
