-- One row per family whose member, while it was on TSA, took part in a training that ended in the year before as_of. x of n trainings ended in
-- employment; without an outcome it is unknown. Inputs: known_employment_measure, tsa_spell, cohort.
select
    m.household_key,
    count(*) filter (where m.outcome = 'employed') as x,
    count(*) filter (where m.outcome is not null and m.outcome <> 'running') as n,
    0 as y,
    0 as m,
    count(*) filter (where m.outcome is null or m.outcome = 'running') as unknown,
from known_employment_measure($as_of, $snapshot) as m
semi join cohort as h on h.household_key = m.household_key
semi join tsa_spell as s on s.household_key = m.household_key and m.started_on >= s.starts_on and m.started_on <= s.until
where m.measure = 'training' and m.ended_on < $as_of::date and m.ended_on >= $as_of::date - interval 12 months
group by m.household_key
