-- One row per household: events in its life, by age. Inputs: cohort, known_life_event, coverage_window.
with counted as (
    select
        household_key,
        count(*) filter (where kind = 'death_of_earner') as deaths,
        count(*) filter (where kind = 'birth') as births,
        count(*) filter (where kind = 'job_loss' and happened_on >= $as_of::date - interval 6 months) as job_losses,
        count(*) filter (where kind = 'divorce') as divorces,
        count(*) filter (where kind = 'illness') as illnesses,
        count(*) filter (where kind = 'disability') as disabilities,
        count(*) filter (where kind = 'eviction') as evictions,
        count(*) filter (where kind = 'violence_report') as violence_reports,
    from known_life_event($as_of, $snapshot)
    where happened_on >= $as_of::date - interval 12 months and happened_on < $as_of::date
    group by household_key
),
joined as (
    select
        h.household_key,
        e.* exclude (household_key),
        coalesce((c.covered & window_mask(6, 0)) = window_mask(6, 0), false) as is_covered_6m,
        coalesce((c.covered & window_mask(12, 0)) = window_mask(12, 0), false) as is_covered_12m,
    from cohort as h
    left join counted as e on e.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'life_event'
)
select
    household_key,
    known_or_zero(deaths, is_covered_12m) as deaths_of_earner_12m,
    known_or_zero(births, is_covered_12m) as births_12m,
    known_or_zero(job_losses, is_covered_6m) as job_losses_6m,
    known_or_zero(divorces, is_covered_12m) as divorces_12m,
    known_or_zero(illnesses, is_covered_12m) as illnesses_12m,
    known_or_zero(disabilities, is_covered_12m) as disability_events_12m,
    known_or_zero(evictions, is_covered_12m) as evictions_12m,
    known_or_zero(violence_reports, is_covered_12m) as violence_reports_12m,
from joined
