-- One row per household: signals about it of the last three months that a worker confirmed. Inputs: cohort, known_community_signal, coverage_window.
with counted as (
    select household_key, count(*) as signals, count(*) filter (where urgency = 'urgent') as urgent_signals
    from known_community_signal($as_of, $snapshot)
    where verified and happened_on >= $as_of::date - interval 3 months and happened_on < $as_of::date
    group by household_key
)
select
    h.household_key,
    known_or_zero(s.signals, coalesce((c.covered & window_mask(3, 0)) = window_mask(3, 0), false)) as verified_signals_3m,
    known_or_zero(s.urgent_signals, coalesce((c.covered & window_mask(3, 0)) = window_mask(3, 0), false)) as urgent_verified_signals_3m,
from cohort as h
left join counted as s on s.household_key = h.household_key
left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'community_signal'
