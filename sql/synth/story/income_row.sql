-- One row per registered income: household, person or none, month, kind, what the register said first and what it says in the end.
-- Rows that the register never got are left out. Inputs: synth_person_month, synth_household_month, synth_home.
-- One roll a row decides what befalls it: lost, corrected or late; its own low digits give the hour.
with said as (
    select household_no, person_no, chance, month_no, 1 as kind_no, 'wage' as kind, registered_wage_lcu::bigint as amount_lcu
    from synth_person_month where registered_wage_lcu > 0
    union all
    select household_no, person_no, chance, month_no, 2, 'self_employment', registered_self_lcu from synth_person_month where registered_self_lcu > 0
    union all
    select household_no, person_no, chance, month_no, 3, 'pension', pension_lcu from synth_person_month where pension_lcu > 0
    union all
    select household_no, person_no, chance, month_no, 4, 'benefit', allowance_lcu from synth_person_month where allowance_lcu > 0
    union all
    select m.household_no, null, o.chance, m.month_no, k.kind_no, k.kind,
        case k.kind_no when 4 then m.large_family_lcu when 5 then m.alimony_lcu when o.has_registered_plot::integer * 6 then round(0.6 * m.plot_lcu)::bigint else 0 end
    from synth_household_month as m
    join synth_home as o on o.household_no = m.household_no
    cross join (values (4, 'benefit'), (5, 'alimony'), (6, 'agriculture')) as k(kind_no, kind)
    where m.large_family_lcu > 0 or m.alimony_lcu > 0 or m.plot_lcu > 0
),
rolled as (
    select *, dice(chance, 'what befalls the row', month_no * 8 + kind_no) as fate, dice(chance, 'days', month_no * 8 + kind_no) as days_dice
    from said
    where amount_lcu > 0
)
select
    household_no,
    person_no,
    month_no,
    kind,
    amount_lcu,
    case when fate < k_lost_rows() + k_corrected_rows() and kind_no < 3 then round(amount_lcu * (0.6 + 0.7 * days_dice))::bigint else amount_lcu end as first_lcu,
    case when fate between k_lost_rows() + k_corrected_rows() and k_lost_rows() + k_corrected_rows() + k_late_rows() and kind_no <> 3
        then 26 + floor(95 * days_dice) else 2 + floor(21 * days_dice) end::integer as days_after,
    20 + floor(70 * (1 - days_dice))::integer as days_to_correction,
    fate * 10000 - floor(fate * 10000) as hour_dice,
from rolled
where fate >= k_lost_rows()
