-- One row per household that may ever ask for TSA and quarter of asking: income of the quarter before against the line in force, members and
-- children in the month of asking, grounds for refusal. Inputs: synth_quarter, synth_household_month, synth_home, synth_claimant.
with willing as (
    select household_no, chance, formal_workers, floor(3 * dice(chance, 'month of asking'))::integer as month_of_quarter
    from synth_home
    where is_willing
),
asked as (
    select w.household_no, w.chance, w.formal_workers, q.quarter_no + 1 as quarter_no, (q.quarter_no + 1) * 3 + w.month_of_quarter as month_no,
        q.registered_lcu, q.true_lcu, q.member_months, q.subsistence_minimum_lcu, q.poverty_line_lcu
    from willing as w
    join synth_quarter as q on q.household_no = w.household_no
)
select
    a.*,
    m.members,
    m.children,
    m.children_1_6,
    (a.registered_lcu >= a.poverty_line_lcu * m.members * 3) as is_over_line,
    a.registered_lcu / (3.0 * m.members) as per_capita,
    a.registered_lcu / (3.0 * m.members) - a.poverty_line_lcu as excess,
    a.true_lcu / (a.member_months * a.subsistence_minimum_lcu) as true_ratio,
    (h.cars > 1 and m.children < 4 and not p.has_exempt) or h.has_lorry or h.has_machinery or h.has_premises
        or (h.has_second_dwelling and h.area_m2 > 18 * m.members) as is_barred_by_assets,
    p.employable > 1 or (p.employable = 1 and not p.has_carer) as is_conditional,
    first_day(a.month_no) >= date '2026-01-01' and p.has_trader as is_barred_trader,
from asked as a
join synth_household_month as m on m.household_no = a.household_no and m.month_no = a.month_no
join synth_home as h on h.household_no = a.household_no
join synth_claimant as p on p.household_no = a.household_no and p.month_no = a.month_no
where a.month_no < $until_no
order by a.household_no, a.quarter_no
