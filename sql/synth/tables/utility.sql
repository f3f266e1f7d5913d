-- utility: months with unpaid bills; where the register is kept, no row means nothing unpaid. Inputs: synth_household_month, synth_household,
-- synth_home, synth_month, synth_register.
with bill as (
    select m.household_no, m.month_no, m.strain, m.since_no, h.household_id, h.chance,
        round(n.growth * 190 * o.area_m2 * case when m.month_no % 12 in (10, 11, 0, 1, 2) then 1.5 else 0.75 end)::bigint as bill_lcu,
        case
            when dice(h.chance, 'always behind') < 0.025 then 2 + floor(4 * dice(h.chance, 'behind', m.month_no))
            when m.strain > 0 and dice(h.chance, 'bills slip', m.since_no) < 0.62 then least(8, m.month_no - m.since_no + 1)
            when dice(h.chance, 'forgets', m.month_no) < 0.03 then 1
            else 0
        end::integer as unpaid,
    from synth_household_month as m
    join synth_household as h on h.household_no = m.household_no
    join synth_home as o on o.household_no = m.household_no
    join synth_month as n on n.month_no = m.month_no
    semi join synth_register as r on r.name = 'utility' and r.district = h.district
    where m.month_no >= $start_no
)
select
    household_id,
    first_day(month_no) as month,
    unpaid * bill_lcu as arrears_lcu,
    unpaid >= 3 and dice(chance, 'cut off', month_no) < 0.08 as disconnected,
    after_month(month_no, 4 + floor(18 * dice(chance, 'utility days', month_no)), dice(chance, 'hour')) as recorded_at,
    'utility companies' as source,
from bill
where unpaid > 0
order by household_no, month_no
