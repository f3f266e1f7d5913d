-- plan_measure: the measures of social contracts as they stand at the end of the window. Inputs: synth_plan_step, synth_person.
select
    m.household_id,
    m.plan_id,
    'M' || m.number as measure_id,
    p.person_id,
    m.kind,
    m.due_on,
    case when m.done_on < first_day($until_no) then m.done_on end as done_on,
    case when m.done_on < first_day($until_no) then 'done' when m.due_on >= first_day($until_no) then 'planned'
        when m.done_on is null and dice(m.chance, 'dropped', m.month_no + m.number) < 0.3 then 'dropped' else 'overdue' end as status,
    after_day(case when m.done_on < first_day($until_no) then m.done_on when m.due_on < first_day($until_no) then m.due_on else m.signed_on end, 2, dice(m.chance, 'hour'))
        as recorded_at,
    'social protection' as source,
from synth_plan_step as m
left join synth_person as p on p.person_no = m.person_no
order by m.household_no, m.plan_id, m.number
