-- One row per household: loans of the last complete month of their register, and living adults with a payment overdue for longer, and by more,
-- than the Map's scale counts. A debt of nobody in particular is one adult's or all of theirs. Who may be an adult counts as one.
-- Inputs: cohort, entitlement_member, identity_person, known_credit, coverage_window.
with rows_of_month as (
    select
        c.household_key,
        c.person_key,
        c.recorded_at,
        c.loan_payment_lcu + c.mortgage_payment_lcu + c.overdue_lcu > 0 as is_loan,
        c.overdue_days > $level_overdue_days and c.overdue_lcu > $level_overdue_lcu as is_overdue,
    from known_credit($as_of, $snapshot) as c
    where c.month = $credit_until::date - interval 1 month
),
adults as (
    select
        m.household_key,
        count(*) filter (where not m.is_child) as adults_at_least,
        count(*) filter (where m.is_child is not true) as adults_at_most,
        count(*) filter (where m.is_child is not true and o.person_key is not null) as overdue,
    from entitlement_member as m
    join identity_person as i on i.person_id = m.person_id
    left join (select distinct household_key, person_key from rows_of_month where is_overdue) as o
        on o.household_key = m.household_key and o.person_key = i.person_key
    group by m.household_key
),
loans as (
    select
        household_key,
        bool_or(is_loan) as is_loan,
        bool_or(is_overdue and person_key is null) as is_overdue_of_nobody,
        max(recorded_at)::date as credit_on,
    from rows_of_month
    group by household_key
)
select
    h.household_key,
    l.credit_on,
    case when l.is_loan then true when c.area_code is not null then false end as has_loan,
    case when a.adults_at_least = a.adults_at_most then a.adults_at_least end as adults,
    greatest(a.overdue, case when l.is_overdue_of_nobody then 1 else 0 end) as overdue_adults_at_least,
    case
        when c.area_code is null then null
        when l.is_overdue_of_nobody then greatest(a.adults_at_most, 1)
        else a.overdue
    end as overdue_adults_at_most,
from cohort as h
left join adults as a on a.household_key = h.household_key
left join loans as l on l.household_key = h.household_key
left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'credit' and (c.covered & window_mask(1, 0)) <> 0
