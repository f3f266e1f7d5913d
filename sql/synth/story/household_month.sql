-- One row per household and month of life: members, true and registered income by where it comes from, strain. Whole tenge.
-- Kin carry a small household through bad
-- months, hardly a large one. Inputs: synth_stay, synth_person_month, synth_household, synth_month, synth_strain, synth_line.
with member as (
    select
        s.household_no,
        m.month_no,
        count(*)::integer as members,
        count(*) filter (where m.month_no - s.birth_no < 216)::integer as children,
        count(*) filter (where m.month_no - s.birth_no between 12 and 83)::integer as children_1_6,
        count(*) filter (where m.month_no - s.birth_no >= 216)::integer as adults,
        count(*) filter (where m.month_no - s.birth_no between 216 and 731)::integer as of_working_age,
    from synth_stay as s
    join synth_month as m on m.month_no >= s.from_no and m.month_no < s.until_no
    group by s.household_no, m.month_no
),
pay as (
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
        case when m.children >= 8 then m.children * n.mrp * n.large_family_8
            when m.children = 7 then n.mrp * n.large_family_7 when m.children = 6 then n.mrp * n.large_family_6
            when m.children = 5 then n.mrp * n.large_family_5 when m.children = 4 then n.mrp * n.large_family_4
            else 0 end as large_family_exact,
        case when h.is_rural and dice(h.chance, 'plot') < k_rural_plots() then round(n.growth * h.wage_lcu * 0.16 * (0.4 + 1.2 * dice(h.chance, 'plot income'))
            * case when m.month_no % 12 between 6 and 10 then 1.2 else 0.86 end * exp(0.3 * bell(dice(h.chance, 'harvest', m.month_no)))) else 0 end
            ::bigint as plot_lcu,
        case when m.of_working_age > coalesce(p.earners, 0) and m.children < m.members then
            round(n.growth * h.wage_lcu * k_casual_pay() * (0.3 + 1.4 * dice(h.chance, 'casual')) * (0.7 + 0.6 * dice(h.chance, 'casual month', m.month_no))
                * least(2, m.of_working_age - coalesce(p.earners, 0))) else 0 end::bigint as casual_lcu,
        case when h.divorces and m.month_no >= h.offshoot_no and m.children > 0 and dice(h.chance, 'alimony') < 0.55
            then round(n.growth * h.wage_lcu * 0.16 * (0.5 + dice(h.chance, 'alimony sum'))) else 0 end::bigint as alimony_lcu,
        coalesce(s.strain, 0) as strain,
        s.since_no,
        l.subsistence_minimum_lcu * m.members as need_lcu,
    from member as m
    join synth_household as h on h.household_no = m.household_no
    join synth_month as n on n.month_no = m.month_no
    join synth_line as l on l.region = h.region and l.quarter_no = m.month_no // 3
    left join pay as p on p.household_no = m.household_no and p.month_no = m.month_no
    left join synth_strain as s on s.household_no = m.household_no and s.month_no = m.month_no
)
select
    * exclude (need_lcu, large_family_exact),
    ceil(large_family_exact)::bigint as large_family_lcu,
    greatest(0, floor(kin_share(members) * (1.12 * need_lcu
        - earned_lcu - transfer_lcu - large_family_exact - plot_lcu - casual_lcu - alimony_lcu)))::bigint as kin_lcu,
from earning
order by household_no, month_no
