-- person: the first known state, then one row on each change. Inputs: synth_person_state, synth_household, synth_person.
select
    p.person_id,
    h.household_id,
    p.birth_date,
    case when p.is_male then 'male' else 'female' end as sex,
    s.role,
    s.marital_status,
    s.education,
    s.disability,
    s.employment,
    s.business,
    s.died_on,
    case when s.is_first and p.birth_no < $start_no and s.from_no < $start_no
            then after_day(first_day($start_no), -25 - floor(900 * power(dice(p.chance, 'first known'), 2)), dice(p.chance, 'hour'))
        when s.is_first and s.month_no = p.birth_no then after_day(p.birth_date, 3 + floor(25 * dice(p.chance, 'days')), dice(p.chance, 'hour'))
        else after_day(coalesce(s.died_on, first_day(s.month_no)), 2 + floor(case when s.died_on is null then 40 else 12 end * dice(p.chance, 'days')),
            dice(p.chance, 'hour')) end as recorded_at,
    'population register' as source,
from synth_person_state as s
join synth_person as p on p.person_no = s.person_no
join synth_household as h on h.household_no = s.household_no
order by s.person_no, s.month_no
