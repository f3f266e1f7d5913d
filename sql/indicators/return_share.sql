-- One row per family that left TSA between two years and one year before as_of. x: leavings after which it applied for TSA again within
-- twelve months, whatever was decided; n: leavings of which that is known. Inputs: tsa_spell, cohort, known_benefit.
with leavings as (
    select s.*
    from tsa_spell as s
    semi join cohort as h on h.household_key = s.household_key
    where s.has_ended and s.until >= $as_of::date - interval 24 months and s.until < $as_of::date - interval 12 months
),
applied as (
    select distinct l.household_key, l.spell
    from leavings as l
    join known_benefit($as_of, $snapshot) as b on b.household_key = l.household_key
    where b.kind in ('tsa_unconditional', 'tsa_conditional') and b.applied_on > l.until and b.applied_on <= l.until + interval 12 months
),
judged as (
    select
        l.household_key,
        a.household_key is not null as has_applied,
        l.seen_from <= l.until and l.seen_until > l.until + interval 12 months as is_seen,
    from leavings as l
    left join applied as a on a.household_key = l.household_key and a.spell = l.spell
)
select
    household_key,
    count(*) filter (where has_applied) as x,
    count(*) filter (where has_applied or is_seen) as n,
    0 as y,
    0 as m,
    count(*) filter (where not (has_applied or is_seen)) as unknown,
from judged
group by household_key
