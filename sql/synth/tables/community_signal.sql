-- community_signal: organisations write about families in trouble, sometimes about others. Inputs: synth_household_month, synth_household,
-- synth_line.
with heard as (
    select m.household_no, m.month_no, h.household_id, h.area_code, h.chance, m.strain,
        (m.earned_lcu + m.casual_lcu + m.plot_lcu + m.transfer_lcu) / (m.members * l.subsistence_minimum_lcu) < 1 as is_poor,
    from synth_household_month as m
    join synth_household as h on h.household_no = m.household_no
    join synth_line as l on l.region = h.region and l.quarter_no = m.month_no // 3
    where m.month_no >= $start_no
)
select
    'S' || household_no || '-' || month_no as signal_id,
    household_id,
    area_code,
    ['school council', 'charity', 'mosque', 'village elders', 'women''s centre', 'neighbours'][1 + floor(6 * dice(chance, 'organisation', month_no))::integer]
        as organisation,
    ['food', 'housing', 'violence', 'health', 'education', 'disability', 'income', 'other'][1 + floor(8 * dice(chance, 'topic', month_no))::integer] as topic,
    case when dice(chance, 'urgency', month_no) < 0.08 + 0.15 * strain then 'urgent' when dice(chance, 'urgency', month_no) < 0.7 then 'normal' else 'low' end as urgency,
    dice(chance, 'verified', month_no) < case when is_poor or strain > 0.4 then 0.75 else 0.25 end as verified,
    day_in(month_no, dice(chance, 'signal day', month_no)) as happened_on,
    after_day(day_in(month_no, dice(chance, 'signal day', month_no)), floor(12 * dice(chance, 'signal days', month_no)), dice(chance, 'hour')) as recorded_at,
    'community' as source,
from heard
where dice(chance, 'signal', month_no) < 0.0006 + 0.012 * strain + 0.004 * is_poor::integer
order by household_no, month_no
