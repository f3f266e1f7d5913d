-- One row per social contract: signed with a conditional grant that follows no other, for twelve months. Inputs: synth_claim, synth_household.
with signed as (
    select c.household_no, h.household_id, h.chance, c.month_no, first_day(c.month_no) + 20 as signed_on,
        lag(c.month_no) over (partition by c.household_no order by c.month_no) as before_no,
    from synth_claim as c
    join synth_household as h on h.household_no = c.household_no
    where c.is_granted and c.is_conditional
)
select
    household_no,
    household_id,
    chance,
    month_no,
    'P' || month_no as plan_id,
    signed_on,
    (signed_on + interval 12 months)::date as ends_on,
    case when month_no + 13 > $until_no then 'active'
        when dice(chance, 'plan ends', month_no) < 0.55 then 'completed' when dice(chance, 'plan ends', month_no) < 0.65 then 'broken' else 'ended' end as status,
    case when month_no + 13 > $until_no then after_day(signed_on, 2, dice(chance, 'hour'))
        else after_day((signed_on + interval 12 months)::date, 3, dice(chance, 'hour')) end as recorded_at,
from signed
where before_no is null or month_no - before_no > 6
order by household_no, month_no
