-- credit: loans of a household and month. Payments slip when strain sets in; some are overdue for long, some by oversight. Inputs:
-- synth_household_month, synth_home, synth_household, synth_month.
with loan as (
    select m.household_no, m.month_no, m.strain, m.since_no, h.household_id, h.chance, n.growth, o.pay_lcu, o.tenure, o.is_overindebted, o.borrows,
        h.wage_lcu
    from synth_household_month as m
    join synth_household as h on h.household_no = m.household_no
    join synth_home as o on o.household_no = m.household_no
    join synth_month as n on n.month_no = m.month_no
    where m.month_no >= $start_no and m.adults > 0 and (o.borrows or o.tenure = 'mortgaged')
),
due as (
    select
        *,
        case when borrows then round(greatest(0.25 * wage_lcu, pay_lcu) * growth * (0.06 + 0.16 * dice(chance, 'loan share')
            + case when is_overindebted then 0.2 else 0 end)) else 0 end::bigint as loan_lcu,
        case when tenure = 'mortgaged' then round(greatest(0.4 * wage_lcu, pay_lcu) * growth * (0.12 + 0.15 * dice(chance, 'mortgage share'))) else 0 end
            ::bigint as mortgage_lcu,
        case
            when is_overindebted and dice(chance, 'long overdue') < 0.4 then 3 + (month_no - $start_no) % 30
            when dice(chance, 'does not pay', month_no) < 0.9 then missed_payments(chance, month_no, since_no)
            else 0
        end as missed,
        dice(chance, 'oversight', month_no) < 0.035 as is_oversight,
    from loan
)
select
    household_id,
    null::varchar as person_id,
    first_day(month_no) as month,
    loan_lcu as loan_payment_lcu,
    mortgage_lcu as mortgage_payment_lcu,
    case when missed > 0 then missed * 30 - 14 + floor(14 * dice(chance, 'overdue days', month_no)) when is_oversight
        then 2 + floor(22 * dice(chance, 'overdue days', month_no)) else 0 end::integer as overdue_days,
    case when missed > 0 then missed * (loan_lcu + mortgage_lcu) when is_oversight then loan_lcu + mortgage_lcu else 0 end as overdue_lcu,
    after_month(month_no, 3 + floor(12 * dice(chance, 'credit days', month_no)), dice(chance, 'hour')) as recorded_at,
    'credit bureau' as source,
from due
order by household_no, month_no
