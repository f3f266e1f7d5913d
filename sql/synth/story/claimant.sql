-- One row per willing household and month of asking: who in it can be employed, who is exempt. Inputs: synth_stay, synth_person,
-- synth_home.
with asking as (
    select household_no, (q * 3 + floor(3 * dice(chance, 'month of asking')))::integer as month_no
    from synth_home, range($start_no // 3 - 3, $until_no // 3 + 1) as t(q)
    where is_willing
),
present as (
    select a.household_no, a.month_no, p.disability, p.is_male, p.place, p.work, p.suspends, p.birth_no, a.month_no - p.birth_no as age_months
    from asking as a
    join synth_stay as s on s.household_no = a.household_no and a.month_no >= s.from_no and a.month_no < s.until_no
    join synth_person as p on p.person_no = s.person_no
)
select
    household_no,
    month_no::integer as month_no,
    count(*) filter (where age_months >= 216 and age_months < pension_age(is_male) and disability not in ('1', '2'))::integer
        as employable,
    bool_or(disability in ('1', '2', 'child')) as has_exempt,
    bool_or(age_months < 36 or disability in ('1', '2', 'child') or age_months >= 960) as has_carer,
    bool_or(work = 'self_employed' and age_months >= 222 and not suspends) as has_trader,
from present
group by household_no, month_no
order by household_no, month_no
