-- observation: electricity used by a household in a month, where the grid's meters are read from afar. It falls when money is short.
-- Inputs: synth_household_month, synth_household, synth_register.
select
    h.household_id,
    null::varchar as person_id,
    'electricity_kwh' as name,
    first_day(m.month_no) as observed_on,
    round((60 + 38 * m.members) * (1 - 0.18 * m.strain) * case when m.month_no % 12 in (11, 0, 1) then 1.25 else 1 end
        * (0.7 + 0.6 * dice(h.chance, 'electricity')) * (0.9 + 0.2 * dice(h.chance, 'electricity', m.month_no)), 0) as value,
    after_month(m.month_no, 2 + floor(9 * dice(h.chance, 'meter days', m.month_no)), dice(h.chance, 'hour')) as recorded_at,
    'electricity grid' as source,
from synth_household_month as m
join synth_household as h on h.household_no = m.household_no
semi join synth_register as r on r.name = 'observation' and r.district = h.district
where m.month_no >= $start_no
order by m.household_no, m.month_no
