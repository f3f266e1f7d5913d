-- One row per household: the level that the Map itself published last. Inputs: cohort, known_level.
with latest as (
    select household_key, max({'on': assessed_on, 'level': level::varchar, 'points': points}) as last, max(recorded_at)::date as level_on
    from known_level($as_of, $snapshot)
    where assessed_on < $as_of::date
    group by household_key
)
select
    h.household_key,
    l.level_on,
    l.last.level as published_level,
    l.last.points::integer as published_points,
    l.last.on as published_on,
from cohort as h
left join latest as l on l.household_key = h.household_key
