-- One row per household: property that registers know. Inputs: cohort, known_asset, coverage_window.
with owned as (
    select
        household_key,
        disposed_on is null or disposed_on >= $as_of::date as is_held,
        disposed_on < $as_of::date and disposed_on >= $as_of::date - interval 12 months as is_sold,
        kind,
        quantity,
        recorded_at,
    from known_asset($as_of, $snapshot)
    where acquired_on is null or acquired_on < $as_of::date
),
counted as (
    select
        household_key,
        sum(coalesce(quantity, 1)) filter (where is_held and kind = 'livestock') as livestock,
        count(*) filter (where is_held and kind = 'car') as cars,
        count(*) filter (where is_held and kind in ('land_plot', 'subsidiary_plot')) as plots,
        count(*) filter (where is_sold) as sold,
        max(recorded_at)::date as newest_recorded_on,
    from owned
    group by household_key
),
joined as (
    select
        h.household_key,
        a.* exclude (household_key),
        coalesce((c.covered & window_mask(3, 0)) <> 0, false) as is_covered,
        coalesce((c.covered & window_mask(12, 0)) = window_mask(12, 0), false) as is_covered_12m,
    from cohort as h
    left join counted as a on a.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'asset'
)
select
    household_key,
    known_or_zero(livestock, is_covered) as livestock_quantity,
    case when cars > 0 then true when is_covered then false end as has_car,
    case when plots > 0 then true when is_covered then false end as has_land,
    known_or_zero(sold, is_covered_12m) as assets_sold_12m,
    newest_recorded_on,
from joined
