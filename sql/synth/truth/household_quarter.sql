-- Truth, never ingested: a household's quarter with true and registered income and the lines. Inputs: synth_quarter, synth_household.
select
    h.household_id,
    first_day(q.quarter_no * 3) as quarter,
    q.region,
    q.is_rural,
    q.kind,
    q.member_months,
    q.children,
    q.work_lcu,
    q.transfer_lcu,
    q.true_lcu,
    q.registered_lcu,
    q.subsistence_minimum_lcu,
    q.poverty_line_lcu,
    q.is_truly_poor,
    q.is_poor_by_registers,
from synth_quarter as q
join synth_household as h on h.household_no = q.household_no
where q.quarter_no * 3 >= $start_no
order by q.household_no, q.quarter_no
