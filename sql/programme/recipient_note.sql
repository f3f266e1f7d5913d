-- One row per recipient family, note and reason: what a worker may want to look at, from what is known. A reason that ends in `unknown` says
-- what is not known. None of them is a ground to stop or lower help, and no score of a model is read.
-- Inputs: recipient, quarter_income, tsa_spell, recipient_adult, known_plan, known_plan_measure.
with incomes as (
    select
        r.household_key,
        count(i.quarter) filter (where i.back < $exit_ready_quarters::integer) as quarters,
        count(*) filter (where i.back < $exit_ready_quarters::integer and not i.is_below_line) as quarters_above,
        max((i.income_lcu - i.poverty_line_lcu * i.months * i.units) / (i.months * i.units)) filter (where i.back = 0) as above_line_lcu,
        max(i.poverty_line_lcu) filter (where i.back = 0) as line_lcu,
    from recipient as r
    left join quarter_income as i on i.household_key = r.household_key
    group by r.household_key
),
earlier as (
    select r.household_key, max(s.until) as until
    from recipient as r
    join tsa_spell as s on s.household_key = r.household_key and s.spell < r.spell
    group by r.household_key
),
adults as (
    select
        r.household_key,
        count(*) filter (where a.is_able_bodied) as able_bodied,
        count(*) filter (where not r.has_persons or (a.person_key is not null and a.is_able_bodied is null)) as able_bodied_unknown,
        count(*) filter (where a.is_working) as workers,
        count(*) filter (where a.employment = 'seasonal') as seasonal,
        count(*) filter (where a.is_able_bodied and a.is_working is null) as work_unknown,
    from recipient as r
    left join recipient_adult as a on a.household_key = r.household_key
    group by r.household_key
),
measures as (
    select
        p.household_key,
        count(m.measure_id) filter (where m.due_on < $as_of::date and m.done_on is null and m.status in ('planned', 'overdue')) as overdue,
    from known_plan($as_of, $snapshot) as p
    left join known_plan_measure($as_of, $snapshot) as m on m.household_key = p.household_key and m.plan_id = p.plan_id
    where p.status = 'active' and p.signed_on < $as_of::date
    group by p.household_key
),
reasons as (
    select household_key, 'exit_ready' as note, 'income_above_line' as reason, quarters_above::double as value
    from incomes
    where quarters_above = $exit_ready_quarters::integer
    union all
    select household_key, 'exit_ready', 'income_unknown', null
    from incomes
    where quarters < $exit_ready_quarters::integer and quarters_above = quarters
    union all
    select r.household_key, 'return_risk', 'returned_before', date_sub('month', e.until, r.starts_on)
    from recipient as r
    join earlier as e on e.household_key = r.household_key
    where e.until >= r.starts_on - to_months($return_risk_lookback_months::integer)
    union all
    select household_key, 'return_risk', 'narrow_margin', floor(above_line_lcu)
    from incomes
    where above_line_lcu >= 0 and above_line_lcu < line_lcu * $return_risk_margin_share::decimal(9, 4)
    union all
    select household_key, 'return_risk', 'only_seasonal_work', seasonal
    from adults
    where seasonal > 0 and seasonal = workers
    union all
    select r.household_key, 'return_risk', 'income_unknown', null
    from recipient as r
    join incomes as i on i.household_key = r.household_key
    where i.above_line_lcu is null
    union all
    select household_key, 'return_risk', 'history_unknown', null
    from recipient
    where not is_start_seen
    union all
    select household_key, 'long_stay_risk', 'stayed_long', date_sub('month', starts_on, $as_of::date)
    from recipient
    where starts_on <= $as_of::date - to_months($long_stay_months::integer)
    union all
    select household_key, 'long_stay_risk', 'nobody_able_to_work', null
    from adults
    where able_bodied = 0 and able_bodied_unknown = 0
    union all
    select household_key, 'long_stay_risk', 'nobody_works', able_bodied
    from adults
    where able_bodied > 0 and workers = 0 and work_unknown = 0
    union all
    select household_key, 'long_stay_risk', 'work_unknown', null
    from adults
    where (able_bodied_unknown > 0 or work_unknown > 0) and workers = 0
    union all
    select household_key, 'long_stay_risk', 'history_unknown', null
    from recipient
    where not is_start_seen and starts_on > $as_of::date - to_months($long_stay_months::integer)
    union all
    select household_key, 'plan_overdue', 'measures_overdue', overdue
    from measures
    where overdue > 0
    union all
    select r.household_key, 'plan_overdue', 'plan_unknown', null
    from recipient as r
    where r.household_key not in (select household_key from measures)
)
select r.household_id, n.note, n.reason, n.value::double as value,
from reasons as n
join recipient as r on r.household_key = n.household_key
