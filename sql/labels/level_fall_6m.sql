-- One row per household whose last level at as_of is A, B or C: whether the Map assessed it D or E in [as_of, as_of + 6 months).
-- Unknown when it was not assessed then. Inputs: cohort, known_level.
with last_level as (
    select household_key, max({'on': assessed_on, 'level': level::varchar}).level as level
    from known_level($as_of, $snapshot)
    where assessed_on < $as_of::date
    group by household_key
),
later as (
    select household_key, bool_or(level in ('D', 'E')) as has_fallen
    from known_level($label_as_of, $snapshot)
    where assessed_on >= $as_of::date and assessed_on < $horizon_until::date
    group by household_key
)
select h.household_id, f.has_fallen as label, $label_as_of::date as label_known_on
from cohort as h
join last_level as l on l.household_key = h.household_key and l.level in ('A', 'B', 'C')
left join later as f on f.household_key = h.household_key
