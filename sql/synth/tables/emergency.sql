-- emergency: floods of spring 2024 and droughts by district. Inputs: synth_strike. Written with the first part only.
select
    kind || '-' || month_no || '-' || district as emergency_id,
    area_code,
    kind,
    day_in(month_no, dice(purpose_bits(district), 'strikes', month_no)) as started_on,
    first_day((month_no + case kind when 'flood' then 2 else 4 end)::integer) as ended_on,
    severity,
    day_in(month_no, dice(purpose_bits(district), 'strikes', month_no))::timestamp + interval 30 hours as recorded_at,
    'emergencies ministry' as source,
from synth_strike
where month_no >= $start_no and month_no < $until_no and $first_household = 0
order by emergency_id, area_code
