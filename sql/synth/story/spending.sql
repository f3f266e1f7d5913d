-- One row per consenting household and month, from a year before it consented: what it spends and what it has saved. Spending follows the
-- family's usual income and the cost of trouble, so it runs above income before and during a fall. Inputs: synth_asked, synth_household_month,
-- synth_household, synth_home, synth_line.
with lived as (
    select
        m.household_no, h.household_id, h.chance, m.month_no, m.members, m.children, m.strain, a.asked_on, o.tenure, o.area_m2,
        (m.earned_lcu + m.casual_lcu + m.plot_lcu + m.transfer_lcu + m.alimony_lcu + m.large_family_lcu + m.kin_lcu)::bigint as income_lcu,
        (l.subsistence_minimum_lcu * m.members)::bigint as need_lcu,
    from synth_asked as a
    join synth_household_month as m on m.household_no = a.household_no and m.month_no >= greatest($start_no, a.month_no - 12)
    join synth_household as h on h.household_no = a.household_no
    join synth_home as o on o.household_no = a.household_no
    join synth_line as l on l.region = h.region and l.quarter_no = m.month_no // 3
    where a.consents
)
select
    *,
    round(greatest(0.75 * need_lcu, least(income_lcu, 3 * need_lcu) * 0.35
            + 0.58 * least(3 * need_lcu, (sum(income_lcu) over w / count(*) over w)))
        * (0.93 + 0.14 * dice(chance, 'spends', month_no)) * (1 + 0.22 * strain * dice(chance, 'trouble costs')))::bigint as spent_lcu,
    round(greatest(0, wealth_of_savings(chance)) * need_lcu * (1 - 0.6 * strain))::bigint as savings_lcu,
from lived
window w as (partition by household_no order by month_no rows between 6 preceding and 1 preceding)
order by household_no, month_no
