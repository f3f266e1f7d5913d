-- One row per household and month of life: members by age. Inputs: synth_stay.
with lived as (
    select household_no, birth_no, unnest(range(greatest(from_no, $start_no - 12), least(until_no, $until_no)))::integer as month_no
    from synth_stay
)
select
    household_no,
    month_no,
    count(*)::integer as members,
    count(*) filter (where month_no - birth_no < 216)::integer as children,
    count(*) filter (where month_no - birth_no between 12 and 83)::integer as children_1_6,
    count(*) filter (where month_no - birth_no >= 216)::integer as adults,
    count(*) filter (where month_no - birth_no between 216 and 731)::integer as of_working_age,
from lived
group by household_no, month_no
