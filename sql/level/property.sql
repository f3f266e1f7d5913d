-- One row per household: property that the Map's scale tells apart and the law on assistance does not. What is seen is known; that there is
-- none is known where the register covers the place. The register counts machines, not their kinds. Inputs: cohort, known_asset, coverage_window.
with counted as (
    select
        household_key,
        sum(coalesce(quantity, 1)) filter (where kind = 'commercial_vehicle') as commercial_vehicles,
        sum(coalesce(quantity, 1)) filter (where kind = 'machinery') as machines,
        sum(coalesce(quantity, 1)) filter (where kind = 'subsidiary_plot') as subsidiary_plots,
        sum(value_lcu) filter (where kind = 'subsidiary_plot') as plot_value_lcu,
        count(*) filter (where kind = 'subsidiary_plot' and value_lcu is null) as plots_without_value,
    from known_asset($as_of, $snapshot)
    where (acquired_on is null or acquired_on < $as_of::date) and (disposed_on is null or disposed_on >= $as_of::date)
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
    known_or_zero(commercial_vehicles, is_covered)::integer as commercial_vehicles,
    case when machines > 0 then 1 else 0 end as machinery_kinds_at_least,
    case when is_covered then coalesce(machines, 0) end::integer as machinery_kinds_at_most,
    known_or_zero(subsidiary_plots, is_covered)::integer as subsidiary_plots,
    coalesce(plot_value_lcu, 0)::bigint as subsidiary_plot_value_at_least_lcu,
    case when is_covered and coalesce(plots_without_value, 0) = 0 then coalesce(plot_value_lcu, 0) end::bigint as subsidiary_plot_value_at_most_lcu,
from joined
