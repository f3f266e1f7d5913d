-- One row per household: emergencies that began in the last six months in its place, or in the rural district, district or region above it.
-- Inputs: cohort, known_emergency, coverage_window.
with above as (
    select distinct area_code, rpad(left(area_code, digits), 9, '0') as struck_code
    from cohort
    cross join (select unnest([2, 4, 6, 9]) as digits)
),
struck as (
    select a.area_code, count(distinct e.emergency_id) as emergencies, max(coalesce(e.severity, 1)) as severity
    from known_emergency($as_of, $snapshot) as e
    join above as a on a.struck_code = e.area_code
    where e.started_on >= $as_of::date - interval 6 months and e.started_on < $as_of::date
    group by a.area_code
)
select
    h.household_key,
    known_or_zero(s.emergencies, coalesce((c.covered & window_mask(6, 0)) = window_mask(6, 0), false)) as emergencies_area_6m,
    known_or_zero(s.severity, coalesce((c.covered & window_mask(6, 0)) = window_mask(6, 0), false)) as emergency_severity_6m,
from cohort as h
left join struck as s on s.area_code = h.area_code
left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'emergency'
