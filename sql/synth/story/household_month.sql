-- One row per household and month of life: members, true and registered income by where it comes from, strain. Whole tenge. Kin carry a small
-- household through bad months, hardly a large one. Inputs: synth_member_month, synth_person_month, synth_household, synth_home, synth_month,
-- synth_strain, synth_line.
with pay as (
    select
        household_no,
        month_no,
        sum(earned_lcu)::bigint as earned_lcu,
        sum(registered_wage_lcu + registered_self_lcu)::bigint as registered_pay_lcu,
        sum(pension_lcu + allowance_lcu)::bigint as transfer_lcu,
        count(*) filter (where earned_lcu > 0)::integer as earners,
        count(*) filter (where registered_wage_lcu > 0)::integer as wage_earners,
    from synth_person_month
    group by household_no, month_no
),
earning as (
    select
        m.household_no,
        m.month_no,
        m.members,
        m.children,
        m.children_1_6,
        m.adults,
        coalesce(p.earned_lcu, 0) as earned_lcu,
        coalesce(p.registered_pay_lcu, 0) as registered_pay_lcu,
        coalesce(p.transfer_lcu, 0) as transfer_lcu,
        coalesce(p.earners, 0) as earners,
        coalesce(p.wage_earners, 0) as wage_earners,
        case when m.children >= 8 then m.children * n.large_family_8_lcu
            when m.children = 7 then n.large_family_7_lcu when m.children = 6 then n.large_family_6_lcu
            when m.children = 5 then n.large_family_5_lcu when m.children = 4 then n.large_family_4_lcu
            else 0 end::bigint as large_family_lcu,
        case when o.plot_lcu > 0 then round(n.growth * o.plot_lcu * case when m.month_no % 12 between 6 and 10 then 1.2 else 0.86 end
            * (0.7 + 0.6 * dice(h.chance, 'harvest', m.month_no))) else 0 end::bigint as plot_lcu,
        case when m.of_working_age > coalesce(p.earners, 0) then
            round(n.growth * o.casual_lcu * (0.7 + 0.6 * dice(h.chance, 'casual month', m.month_no))
                * least(2, m.of_working_age - coalesce(p.earners, 0))) else 0 end::bigint as casual_lcu,
        case when o.alimony_lcu > 0 and m.month_no >= h.offshoot_no and m.children > 0 then round(n.growth * o.alimony_lcu) else 0 end::bigint as alimony_lcu,
        coalesce(s.strain, 0) as strain,
        s.since_no,
        l.subsistence_minimum_lcu::bigint * m.members as need_lcu,
    from synth_member_month as m
    join synth_household as h on h.household_no = m.household_no
    join synth_home as o on o.household_no = m.household_no
    join synth_month as n on n.month_no = m.month_no
    join synth_line as l on l.region = h.region and l.quarter_no = m.month_no // 3
    left join pay as p on p.household_no = m.household_no and p.month_no = m.month_no
    left join synth_strain as s on s.household_no = m.household_no and s.month_no = m.month_no
)
select
    * exclude (need_lcu),
    greatest(0, floor(kin_share(members) * (1.12::double * need_lcu
        - (earned_lcu + transfer_lcu + large_family_lcu + plot_lcu + casual_lcu + alimony_lcu))))::bigint as kin_lcu,
from earning
