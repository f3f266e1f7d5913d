-- One row per person and month in which trouble or child care changes pay: the share of pay left, and whether the job is gone.
-- Inputs: synth_episode, synth_birth, synth_person.
with effect as (
    select person_no, household_no, unnest(range(fall_no, least(end_no, $until_no))) as month_no, pay_left, kind = 'job_loss' as is_jobless,
        false as is_at_home
    from synth_episode
    where person_no is not null and kind <> 'scare' and end_no > $start_no - 12
    union all
    select p.person_no, p.household_no, unnest(range(e.fall_no, least(e.end_no, $until_no))),
        case when p.work in ('self_employed', 'seasonal', 'hidden') then e.pay_left else greatest(0.85, e.pay_left) end, false, false
    from synth_episode as e
    join synth_person as p on p.household_no = e.household_no and p.work <> 'none'
    where e.kind in ('flood', 'drought')
    union all
    select person_no, household_no, unnest(range(begin_no, fall_no)), 0.88, false, false
    from synth_episode
    where kind in ('job_loss', 'business') and not is_quiet
    union all
    select mother_no, household_no, unnest(range(greatest(birth_no - 1, $start_no - 12), least(birth_no + months_at_home, $until_no))), 0.0, false, true
    from synth_birth
)
select
    person_no,
    month_no::integer as month_no,
    min(pay_left)::double as pay_left,
    bool_or(is_jobless) as is_jobless,
    bool_or(is_at_home) as is_at_home,
from effect
where month_no >= $start_no - 12
group by person_no, month_no
order by person_no, month_no
