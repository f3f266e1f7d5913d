-- One row per household: floods in its place, or in the rural district, district or region above it, that go on or ended within the window.
-- Inputs: cohort, known_emergency, coverage_window.
with above as (
    select distinct area_code, rpad(left(area_code, digits), 9, '0') as struck_code
    from cohort
    cross join (select unnest([2, 4, 6, 9]) as digits)
),
struck as (
    select a.area_code, count(distinct e.emergency_id) as floods, max(e.started_on) as flood_on
    from known_emergency($as_of, $snapshot) as e
    join above as a on a.struck_code = e.area_code
    where e.kind = 'flood'
        and e.started_on < $as_of::date
        and (e.ended_on is null or e.ended_on >= $as_of::date - to_months($emergency_window_months::integer))
    group by a.area_code
)
select
    h.household_key,
    s.flood_on,
    known_or_zero(s.floods, coalesce((c.covered & w.mask) = w.mask, false))::integer as floods,
from cohort as h
cross join (select window_mask($emergency_window_months::bigint, 0) as mask) as w
left join struck as s on s.area_code = h.area_code
left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'emergency'
