-- One row per household on TSA at as_of: whether it is still or again on TSA twelve months later with no gap of 92 days or more between.
-- Unknown when that is not seen and the register is not complete for those months, or the household is gone.
-- Inputs: cohort, later_cohort, later_coverage_window, known_tsa_spells, known_tsa_recipients.
with stayed as (
    select distinct household_key
    from known_tsa_spells($label_as_of::date, $snapshot)
    where starts_on <= $as_of::date and until >= $horizon_until::date
),
observed as (
    select h.household_key
    from later_cohort as h
    join later_coverage_window as c on c.area_code = h.area_code and c.table_name = 'benefit'
    where (c.covered & window_mask(12, 0)) = window_mask(12, 0)
)
select
    h.household_id,
    case when s.household_key is not null then true when o.household_key is not null then false end as label,
    $label_as_of::date as label_known_on,
from cohort as h
semi join known_tsa_recipients($as_of, $snapshot) as r on r.household_key = h.household_key
left join stayed as s on s.household_key = h.household_key
left join observed as o on o.household_key = h.household_key
