-- One row per child that came or comes to its household by birth, with the mother who stays at home. Inputs: synth_person, synth_household.
select
    c.household_no,
    c.person_no,
    c.birth_no,
    c.place,
    m.person_no as mother_no,
    m.work as mother_work,
    m.pay_lcu as mother_pay_lcu,
    12 + floor(13 * dice(c.chance, 'care'))::integer as months_at_home,
from synth_person as c
join synth_person as m on m.household_no = c.household_no and m.place < 2 and not m.is_male
where c.place >= 4 and c.birth_no >= $start_no - 36
order by c.person_no
