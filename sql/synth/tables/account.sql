-- account: outflows and savings of consenting households, aggregated by the bank; known from the day of consent. Inputs: synth_spending.
select
    household_id,
    first_day(month_no) as month,
    coalesce(spent_lcu, need_lcu) as outflow_lcu,
    savings_lcu,
    case when dice(chance, 'housing deposit') < 0.08 then round(need_lcu * (2 + 10 * dice(chance, 'deposit')))::bigint else 0 end as housing_deposit_lcu,
    greatest(after_month(month_no, 3 + floor(15 * dice(chance, 'bank days', month_no)), dice(chance, 'hour')), after_day(asked_on, 2, dice(chance, 'hour')))
        as recorded_at,
    'banks' as source,
from synth_spending
where recorded_at < first_day($until_no + 2)
order by household_no, month_no
