-- One row per household: property on the grounds of Social Code art. 125. What is seen is known; that there is none is known where the
-- register covers the place, and there alone a number is also the most that it may be (`_at_most`). A quantity that is not given is one. Inputs: cohort, known_asset, coverage_window.
with owned as (
    select
        household_key,
        kind,
        coalesce(quantity, 1) as quantity,
        area_m2,
        disposed_on,
        disposed_on is null or disposed_on >= $as_of::date as is_held,
        recorded_at,
    from known_asset($as_of, $snapshot)
    where acquired_on is null or acquired_on < $as_of::date
),
counted as (
    select
        household_key,
        max(recorded_at)::date as asset_on,
        sum(quantity) filter (where is_held and kind = 'dwelling') as dwellings,
        sum(area_m2::decimal(18, 2)) filter (where is_held and kind = 'dwelling') as dwelling_area_m2,
        count(*) filter (where is_held and kind = 'dwelling' and area_m2 is null) as dwellings_without_area,
        count(*) filter (
            where kind = 'dwelling'
                and disposed_on < $as_of::date
                and disposed_on >= $as_of::date - to_years($alienation_lookback_years::integer)
        ) as dwellings_alienated,
        max(disposed_on) filter (where kind = 'dwelling' and disposed_on < $as_of::date) as dwelling_alienated_on,
        sum(quantity) filter (where is_held and kind = 'car') as cars,
        sum(quantity) filter (where is_held and kind = 'business_premises') as business_premises,
        sum(quantity) filter (where is_held and kind = 'land_plot') as land_plots,
        sum(quantity) filter (where is_held and kind in ('commercial_vehicle', 'machinery')) as work_vehicles,
    from owned
    group by household_key
),
joined as (
    select h.household_key, a.* exclude (household_key), coalesce((c.covered & window_mask(3, 0)) <> 0, false) as is_covered,
    from cohort as h
    left join counted as a on a.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'asset'
)
select
    household_key,
    asset_on,
    dwelling_alienated_on,
    known_or_zero(dwellings, is_covered)::integer as dwellings,
    case when is_covered then coalesce(dwellings, 0) end::integer as dwellings_at_most,
    case when is_covered and dwellings_without_area = 0 then dwelling_area_m2 end as dwelling_area_m2,
    coalesce(dwelling_area_m2, 0) as dwelling_area_at_least_m2,
    known_or_zero(dwellings_alienated, is_covered)::integer as dwellings_alienated,
    known_or_zero(cars, is_covered)::integer as cars,
    case when is_covered then coalesce(cars, 0) end::integer as cars_at_most,
    known_or_zero(business_premises, is_covered)::integer as business_premises,
    known_or_zero(land_plots, is_covered)::integer as land_plots,
    known_or_zero(work_vehicles, is_covered)::integer as work_vehicles,
from joined
