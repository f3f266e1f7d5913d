-- schooling: a child's month of the school year, September to May; kindergarten where attended. Attendance and results fall with strain at
-- home. Inputs: synth_stay, synth_person, synth_household_month, synth_household, synth_register.
with pupil as (
    select p.person_no, p.person_id, p.chance, m.month_no, m.strain, (m.month_no - p.birth_no) as age, h.is_rural
    from synth_stay as s
    join synth_person as p on p.person_no = s.person_no
    join synth_household as h on h.household_no = s.household_no
    join synth_household_month as m on m.household_no = s.household_no and m.month_no >= s.from_no and m.month_no < s.until_no
    semi join synth_register as r on r.name = 'schooling' and r.district = h.district
    where m.month_no >= $start_no and m.month_no % 12 not in (5, 6, 7) and m.month_no - p.birth_no between 36 and 215
),
placed as (
    select
        *,
        case when age < 72 then dice(chance, 'kindergarten') < case when is_rural then 0.55 else 0.75 end
            else dice(chance, 'out of school', month_no // 12) > 0.006 + 0.012 * strain end as enrolled,
        least(1, greatest(0, 0.955 - 0.10 * power(dice(chance, 'attendance'), 3) - 0.22 * strain * dice(chance, 'misses school')
            - 0.07 * power(dice(chance, 'attendance of the month', month_no), 2))) as attendance,
        dice(chance, 'ability') - 0.18 * strain + 0.12 * dice(chance, 'marks', month_no) as ability,
    from pupil
)
select
    person_id,
    first_day(month_no) as month,
    enrolled,
    case when enrolled then round(attendance, 2) end as attendance_rate,
    case when enrolled and age >= 84 then case when ability < 0.10 then 'poor' when ability < 0.55 then 'satisfactory' when ability < 0.9 then 'good'
        else 'excellent' end end as performance,
    after_month(month_no, 2 + floor(12 * dice(chance, 'school days', month_no)), dice(chance, 'hour')) as recorded_at,
    'education register' as source,
from placed
where enrolled or age >= 72
order by person_no, month_no
