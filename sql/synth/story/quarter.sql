-- One row per household and calendar quarter lived in full: members, true and registered income, the lines. quarter_no = month_no // 3.
-- Inputs: synth_household_month, synth_income_row, synth_household, synth_line.
with truth as (
    select
        household_no,
        (month_no // 3)::integer as quarter_no,
        count(*)::integer as months,
        sum(members)::integer as member_months,
        sum(earned_lcu + casual_lcu + plot_lcu)::bigint as work_lcu,
        sum(transfer_lcu + large_family_lcu + alimony_lcu + kin_lcu)::bigint as transfer_lcu,
        sum(kin_lcu)::bigint as kin_lcu,
        max(children)::integer as children,
    from synth_household_month
    group by household_no, month_no // 3
),
register as (
    select household_no, (month_no // 3)::integer as quarter_no, sum(amount_lcu)::bigint as registered_lcu
    from synth_income_row
    group by household_no, month_no // 3
)
select
    t.household_no,
    t.quarter_no,
    h.region,
    h.is_rural,
    h.kind,
    t.member_months,
    t.children,
    t.work_lcu,
    t.transfer_lcu,
    t.kin_lcu,
    t.work_lcu + t.transfer_lcu as true_lcu,
    coalesce(r.registered_lcu, 0) as registered_lcu,
    l.subsistence_minimum_lcu,
    l.poverty_line_lcu,
    t.work_lcu + t.transfer_lcu < l.subsistence_minimum_lcu * t.member_months as is_truly_poor,
    coalesce(r.registered_lcu, 0) < l.subsistence_minimum_lcu * t.member_months as is_poor_by_registers,
from truth as t
join synth_household as h on h.household_no = t.household_no
join synth_line as l on l.region = h.region and l.quarter_no = t.quarter_no
left join register as r on r.household_no = t.household_no and r.quarter_no = t.quarter_no
where t.months = 3
order by t.household_no, t.quarter_no
