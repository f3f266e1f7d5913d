-- One row per household: unpaid utility bills of the last six complete months. Inputs: cohort, known_utility, coverage_window.
with summed as (
    select
        household_key,
        sum(arrears_lcu) filter (where month = $utility_until::date - interval 1 month) as arrears_lcu,
        count(*) filter (where arrears_lcu > 0) as arrears_months,
        count(*) filter (where disconnected) as disconnected,
        max(recorded_at)::date as newest_recorded_on,
    from known_utility($as_of, $snapshot)
    where month < $utility_until::date and month >= $utility_until::date - interval 6 months
    group by household_key
),
joined as (
    select
        h.household_key,
        s.* exclude (household_key),
        coalesce((c.covered & window_mask(1, 0)) <> 0, false) as is_covered_1m,
        coalesce((c.covered & window_mask(6, 0)) = window_mask(6, 0), false) as is_covered_6m,
    from cohort as h
    left join summed as s on s.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'utility'
)
select
    household_key,
    known_or_zero(arrears_lcu, is_covered_1m) as utility_arrears_lcu,
    known_or_zero(arrears_months, is_covered_6m) as utility_arrears_months_6m,
    case when disconnected > 0 then true when is_covered_6m then false end as utility_disconnected_6m,
    newest_recorded_on,
from joined
