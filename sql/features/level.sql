-- One row per household: the level that the Map published last, and how it moved within a year. Inputs: cohort, known_level.
with latest as (
    select
        household_key,
        max({'on': assessed_on, 'level': level::varchar}).level as level,
        max({'on': assessed_on, 'level': level::varchar}) filter (where assessed_on <= $as_of::date - interval 12 months).level as level_before,
        max(recorded_at)::date as newest_recorded_on,
    from known_level($as_of, $snapshot)
    where assessed_on < $as_of::date
    group by household_key
)
select
    h.household_key,
    l.level as map_level,
    l.level = 'D' as map_level_d,
    l.level = 'E' as map_level_e,
    ascii(l.level) - ascii(l.level_before) as map_level_steps_down_12m,
    l.newest_recorded_on,
from cohort as h
left join latest as l on l.household_key = h.household_key
