-- employment_measure: what the employment service does for adults under a social contract. Inputs: synth_plan_step, synth_person.
with measure as (
    select m.*, p.person_id,
        ['vacancy', 'training', 'public_work', 'subsidised_job', 'business_grant', 'job_coach'][1 + floor(6 * dice(m.chance, 'kind of measure', m.month_no + m.number))::integer]
            as measure,
        (m.signed_on + 14 + floor(40 * dice(m.chance, 'measure starts', m.month_no + m.number))::integer)::date as started_on,
    from synth_plan_step as m
    join synth_person as p on p.person_no = m.person_no
    where m.kind in ('employment', 'training')
)
select
    person_id,
    plan_id || '-' || number as measure_id,
    measure,
    started_on,
    case when started_on + 120 < first_day($until_no) then started_on + 20 + floor(100 * dice(chance, 'measure lasts', month_no + number))::integer end as ended_on,
    case when started_on + 120 >= first_day($until_no) then 'running'
        when dice(chance, 'outcome', month_no + number) < 0.5 then 'employed' when dice(chance, 'outcome', month_no + number) < 0.75 then 'completed'
        when dice(chance, 'outcome', month_no + number) < 0.85 then 'left' else 'none' end as outcome,
    after_day(case when started_on + 120 < first_day($until_no) then started_on + 120 else started_on end, 3, dice(chance, 'hour')) as recorded_at,
    'employment service' as source,
from measure
where started_on < first_day($until_no)
order by person_no, measure_id
