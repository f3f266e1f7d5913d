-- One row per household that left TSA: its last spell ended in [as_of - 12 months, as_of - 92 days]. Whether another begins in
-- [as_of, as_of + 12 months). Unknown when none is seen and the register is not complete for those months, or the household is gone.
-- Inputs: cohort, later_cohort, later_coverage_window, known_tsa_spells, known_benefit.
with left_tsa as (
    select household_key
    from known_tsa_spells($as_of::date, $snapshot)
    group by household_key
    having max(until) >= $as_of::date - interval 12 months and max(until) <= $as_of::date - interval 92 days
),
returned as (
    select distinct household_key
    from known_benefit($label_as_of, $snapshot)
    where kind in ('tsa_unconditional', 'tsa_conditional')
        and decision = 'granted'
        and starts_on >= $as_of::date
        and starts_on < $horizon_until::date
),
observed as (
    select h.household_key
    from later_cohort as h
    join later_coverage_window as c on c.area_code = h.area_code and c.table_name = 'benefit'
    where (c.covered & window_mask(12, 0)) = window_mask(12, 0)
)
select
    h.household_id,
    case when r.household_key is not null then true when o.household_key is not null then false end as label,
    $label_as_of::date as label_known_on,
from cohort as h
semi join left_tsa as l on l.household_key = h.household_key
left join returned as r on r.household_key = h.household_key
left join observed as o on o.household_key = h.household_key
