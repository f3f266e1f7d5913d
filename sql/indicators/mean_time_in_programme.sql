-- One row per family with a spell of assistance seen to have ended in the year before as_of. x: its days, n: spells whose beginning is seen too;
-- others are unknown. Spells that run are not in it; the curve counts them. Inputs: tsa_spell, cohort.
select
    s.household_key,
    coalesce(sum(s.days) filter (where s.is_start_seen), 0) as x,
    count(*) filter (where s.is_start_seen) as n,
    0 as y,
    0 as m,
    count(*) filter (where not s.is_start_seen) as unknown,
from tsa_spell as s
semi join cohort as h on h.household_key = s.household_key
where s.has_ended and s.until + $tsa_spell_gap_days::integer > $as_of::date - interval 12 months
group by s.household_key
