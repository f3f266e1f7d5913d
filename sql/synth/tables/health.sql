-- health: a person's state at the start and after each check-up that took place; families under strain miss them. Inputs: synth_stay,
-- synth_person, synth_household_month, synth_household, synth_register, synth_episode.
with patient as (
    select
        p.person_no, p.person_id, p.chance, p.birth_no, p.birth_date, p.disability, h.is_rural, s.household_no, s.from_no, s.until_no,
        case when $until_no - p.birth_no < 240 then 12 else 24 end as every,
        floor(24 * dice(p.chance, 'check-up month'))::integer as shift,
        (exists (select 1 from synth_episode as e where e.person_no = p.person_no and e.kind in ('illness', 'disability'))) as was_ill,
    from synth_stay as s
    join synth_person as p on p.person_no = s.person_no
    join synth_household as h on h.household_no = s.household_no
    semi join synth_register as r on r.name = 'health' and r.district = h.district
    where s.until_no > $start_no
),
first_word as (
    select *, greatest($start_no, from_no) - 1 - floor(every * 1.2 * dice(chance, 'last check-up'))::integer as checkup_no, true as is_first
    from patient
    qualify row_number() over (partition by person_no order by from_no) = 1
),
later as (
    select t.*, m.month_no as checkup_no, false as is_first
    from patient as t
    join synth_household_month as m on m.household_no = t.household_no and m.month_no >= greatest(t.from_no + 1, $start_no) and m.month_no < t.until_no
        and m.month_no > t.birth_no
    where (m.month_no + t.shift) % t.every = 0 and dice(t.chance, 'goes', m.month_no) < 0.84 - 0.6 * m.strain * (dice(t.chance, 'misses check-ups') < 0.75)::integer
)
select
    person_id,
    dice(chance, 'clinic') > 0.02 as attached_to_clinic,
    dice(chance, 'insured') > 0.14 + case when is_rural then 0.05 else 0 end as insured,
    case when checkup_no >= birth_no then greatest(birth_date, day_in(checkup_no, dice(chance, 'check-up day'))) end as last_checkup_on,
    dice(chance, 'vaccinated') > 0.07 as vaccinations_complete,
    disability <> 'none' or was_ill or dice(chance, 'chronic') < 0.03 + greatest(0, $until_no - birth_no - 480) / 2600.0 as chronic,
    disability <> 'none' or dice(chance, 'dispensary') < 0.02 + greatest(0, $until_no - birth_no - 480) / 5200.0 as dispensary,
    case when not is_first then after_day(day_in(checkup_no, dice(chance, 'check-up day')), 1 + floor(20 * dice(chance, 'health days')), dice(chance, 'hour'))
        when from_no >= $start_no then after_day(greatest(birth_date, first_day(from_no)), 1 + floor(25 * dice(chance, 'health days')), dice(chance, 'hour'))
        else after_day(first_day($start_no), -2 - floor(25 * dice(chance, 'health days')), dice(chance, 'hour')) end as recorded_at,
    'health register' as source,
from (from first_word union all by name from later)
order by person_no, checkup_no, is_first desc
