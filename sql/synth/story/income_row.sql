-- One row per registered income: household, person or none, month, kind, what the register said first and what it says in the end.
-- Rows that the register never got are left out. Inputs: synth_person_month, synth_household_month, synth_household, synth_person.
with said as (
    select household_no, person_no, month_no, 1 as kind_no, 'wage' as kind, registered_wage_lcu::bigint as amount_lcu
    from synth_person_month where registered_wage_lcu > 0
    union all
    select household_no, person_no, month_no, 2, 'self_employment', registered_self_lcu from synth_person_month where registered_self_lcu > 0
    union all
    select household_no, person_no, month_no, 3, 'pension', pension_lcu from synth_person_month where pension_lcu > 0
    union all
    select household_no, person_no, month_no, 4, 'benefit', allowance_lcu from synth_person_month where allowance_lcu > 0
    union all
    select household_no, null, month_no, 4, 'benefit', large_family_lcu from synth_household_month where large_family_lcu > 0
    union all
    select household_no, null, month_no, 5, 'alimony', alimony_lcu from synth_household_month where alimony_lcu > 0
    union all
    select m.household_no, null, m.month_no, 6, 'agriculture', round(0.6 * m.plot_lcu)::bigint
    from synth_household_month as m
    join synth_household as h on h.household_no = m.household_no
    where m.plot_lcu > 0 and dice(h.chance, 'plot is registered') < 0.15
),
rolled as (
    select *, chance_of($seed_chance, coalesce(person_no, household_no * 16 + 15)) as chance, month_no * 8 + kind_no as roll
    from said
)
select
    household_no,
    person_no,
    month_no,
    kind,
    amount_lcu,
    case when dice(chance, 'corrected', roll) < k_corrected_rows() and kind in ('wage', 'self_employment')
        then round(amount_lcu * (0.6 + 0.7 * dice(chance, 'first said', roll)))::bigint else amount_lcu end as first_lcu,
    case when dice(chance, 'late', roll) < k_late_rows() and kind <> 'pension' then 26 + floor(95 * dice(chance, 'days late', roll))
        else 2 + floor(21 * dice(chance, 'days', roll)) end::integer as days_after,
    20 + floor(70 * dice(chance, 'correction', roll))::integer as days_to_correction,
    dice(chance, 'hour', roll) as hour_dice,
from rolled
where dice(chance, 'lost', roll) >= k_lost_rows()
order by household_no, month_no, person_no, kind
