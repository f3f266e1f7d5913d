-- Truth, never ingested: when trouble began to show, when income fell, when it came back. Inputs: synth_episode, synth_household.
select h.household_id, e.episode, e.kind, first_day(e.begin_no) as begins_on, first_day(e.fall_no) as falls_on,
    case when e.end_no < $until_no then first_day(e.end_no) end as ends_on, e.is_quiet
from synth_episode as e
join synth_household as h on h.household_no = e.household_no
order by e.household_no, e.episode
