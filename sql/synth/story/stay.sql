-- One row per person and household lived in, with the months [from_no, until_no) of the stay. Inputs: synth_household, synth_person.
-- A man who leaves at a divorce has two: in the family, then in the offshoot household that follows it in number.
with lived as (
    select
        p.person_no, p.place, p.birth_no, p.dies_no, h.household_no, h.offshoot_no,
        coalesce(h.forms_no, 0) as forms_no,
        coalesce(h.emigrates_no, 99999) as emigrates_no,
        h.divorces and p.place < 2 and p.is_male as leaves,
    from synth_person as p
    join synth_household as h on h.household_no = p.household_no
),
stay as (
    select
        person_no, household_no, place, birth_no,
        greatest(forms_no, birth_no) as from_no,
        least(coalesce(dies_no, 99999), emigrates_no, case when leaves then offshoot_no else 99999 end) as until_no,
    from lived
    union all
    select person_no, household_no + 1, 0, birth_no, offshoot_no, coalesce(dies_no, 99999)
    from lived
    where leaves
)
select person_no, household_no::integer as household_no, place, birth_no, from_no::integer as from_no, until_no::integer as until_no
from stay
where from_no < until_no and from_no < $until_no and until_no > $start_no - 12
order by household_no, place, person_no
