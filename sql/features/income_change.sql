-- One row per household: how registered income moves, by months back from the register's clock. Inputs: features_income_months.
-- Trend and volatility come from integer sums over the observed months of the last twelve, of which six must be observed:
-- slope = (n sum(xy) - sum(x) sum(y)) / (n sum(x^2) - sum(x)^2) over mean(y), x = months forward; volatility = population standard deviation over mean.
with windows as (
    select
        *,
        list_sum(amounts[1:3]) as income_3m_lcu,
        list_sum(amounts[4:6]) as income_before_3m_lcu,
        list_sum(amounts[1:6]) as income_6m_lcu,
        list_sum(amounts[13:15]) as income_year_before_lcu,
        months_observed(observed_mask, is_surveyed, window_mask(3, 0)) as months_3m,
        months_observed(observed_mask, is_surveyed, window_mask(3, 3)) as months_before_3m,
        months_observed(observed_mask, is_surveyed, window_mask(3, 12)) as months_year_before,
        months_observed(observed_mask, is_surveyed, window_mask(6, 0)) as months_6m,
        (observed_mask & window_mask(12, 0)) = window_mask(12, 0) as is_observed_12m,
        [{'x': 12 - i, 'y': amounts[i + 1]} for i in range(12) if (observed_mask & (1::bigint << i)) <> 0] as points,
    from features_income_months
),
sums as (
    select
        * exclude (points),
        len(points)::hugeint as n,
        list_sum([p.x for p in points])::hugeint as x,
        list_sum([p.y for p in points])::hugeint as y,
        list_sum([p.x * p.x for p in points])::hugeint as xx,
        list_sum([p.x * p.y for p in points])::hugeint as xy,
        list_sum([p.y::hugeint * p.y for p in points])::hugeint as yy,
    from windows
)
select
    household_key,
    relative_change(income_3m_lcu / months_3m::double, income_before_3m_lcu / months_before_3m::double) as income_change_3m,
    relative_change(income_3m_lcu / months_3m::double, income_year_before_lcu / months_year_before::double) as income_change_12m,
    case when n >= 6 then case when y = 0 then 0.0 else (n * xy - x * y)::double / (n * xx - x * x)::double * n::double / y::double end end
        as income_trend_12m,
    case when n >= 6 then case when y = 0 then 0.0 else sqrt((n * yy - y * y)::double) / y::double end end as income_volatility_12m,
    case when is_observed_12m then bit_count(income_mask & window_mask(12, 0)) end as income_months_12m,
    case when (income_mask & window_mask(6, 0)) <> 0 then true when months_6m is not null then false end as has_any_income_6m,
    case
        when is_observed_12m and (income_mask & window_mask(12, 0)) = 0 then 12
        when is_observed_12m then bit_count((income_mask & -income_mask) - 1)
    end as months_without_income,
    case when months_6m is not null then sources_6m end as income_sources_6m,
    bit_count(observed_mask & window_mask(24, 0)) as income_months_observed_24m,
    case when months_6m is not null and income_6m_lcu > 0 then wage_6m_lcu / income_6m_lcu::double end as wage_share_6m,
    case when months_6m is not null and income_6m_lcu > 0 then pension_6m_lcu / income_6m_lcu::double end as pension_share_6m,
    case when months_6m is not null and income_6m_lcu > 0 then benefit_6m_lcu / income_6m_lcu::double end as benefit_share_6m,
    self_employment_3m_lcu / months_3m::double as self_employment_monthly_3m_lcu,
    income_3m_lcu / months_3m::double as income_monthly_3m_lcu,
from sums
