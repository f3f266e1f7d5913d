-- level: the Map's level of each household on the first day of a quarter, by a simplified scoring of order 267. Inputs: synth_quarter,
-- synth_home, synth_household, synth_household_month.
with scored as (
    select
        q.household_no, q.quarter_no + 1 as quarter_no, h.household_id, h.chance,
        case
            when q.registered_lcu <= 0 then 0
            when q.registered_lcu < 0.25 * q.subsistence_minimum_lcu * q.member_months then 40
            when q.registered_lcu < q.subsistence_minimum_lcu * q.member_months then 100
            when q.registered_lcu < 2 * q.subsistence_minimum_lcu * q.member_months then 170
            when q.registered_lcu < 3 * q.subsistence_minimum_lcu * q.member_months then 280
            when q.registered_lcu < 4 * q.subsistence_minimum_lcu * q.member_months then 400
            else 620 end
        + case when o.borrows then 50 else 0 end
        + case when (o.is_overindebted and o.borrows and dice(h.chance, 'long overdue') < 0.4) then -500
            when o.borrows and missed_payments(h.chance, m.month_no, m.since_no) > 3 then -250 else 0 end
        + case o.cars when 0 then -50 when 1 then 0 else 50 end
        + case when o.has_lorry then 80 else 0 end + case when o.has_machinery then 100 else 0 end
        + case when m.wage_earners = 0 then case when q.registered_lcu = 0 then -100 else 0 end when m.wage_earners = 1 then 150 else 300 end
        + least(200, 50 * m.children)
        + case when o.tenure in ('owned', 'mortgaged') then case when o.area_m2 / m.members < 18 then -80 else 50 end + case when o.has_second_dwelling then 50 else 0 end
            else -200 end
        + case h.settlement when 'republican_city' then 70 when 'regional_city' then 0 when 'district_centre' then -30 when 'rural_district' then -50 else -70 end
        + case when o.has_plot then 50 else 0 end
        + case when o.livestock > 4 then 150 else 0 end
        - case when dice(h.chance, 'chronic at home') < 0.25 then 80 else 0 end
        - case when dice(h.chance, 'other points') < 0.06 then 250 else 0 end as points,
    from synth_quarter as q
    join synth_household as h on h.household_no = q.household_no
    join synth_home as o on o.household_no = q.household_no
    join synth_household_month as m on m.household_no = q.household_no and m.month_no = q.quarter_no * 3 + 2
    where q.quarter_no * 3 + 3 between $start_no and $until_no - 1
)
select
    household_id,
    first_day((quarter_no * 3)::integer) as assessed_on,
    case when points >= 1800 then 'A' when points >= 730 then 'B' when points >= -30 then 'C' when points >= -459 then 'D' else 'E' end as level,
    points::integer as points,
    after_day(first_day((quarter_no * 3)::integer), 5 + floor(20 * dice(chance, 'level days', quarter_no)), dice(chance, 'hour')) as recorded_at,
    'Digital Family Map' as source,
from scored
order by household_no, quarter_no
