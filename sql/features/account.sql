-- One row per household: its bank accounts, aggregated, with the consent of every adult; unknown without it.
-- Inputs: cohort, known_consent_given, known_account, coverage_window, quarter_line, features_income_change.
with summed as (
    select
        household_key,
        sum(outflow_lcu) filter (where month >= $account_until::date - interval 3 months) as outflow_lcu,
        sum(savings_lcu) filter (where month = $account_until::date - interval 1 month) as savings_lcu,
        sum(savings_lcu) filter (where month = $account_until::date - interval 4 months) as savings_before_lcu,
    from known_account($as_of, $snapshot)
    where month < $account_until::date and month >= $account_until::date - interval 4 months
    group by household_key
),
consenting as (
    select
        h.household_key,
        h.units,
        l.subsistence_minimum_lcu,
        i.income_monthly_3m_lcu * 3 as income_lcu,
        coalesce(s.outflow_lcu, 0)::double as outflow_lcu,
        coalesce(s.savings_lcu, 0)::double as savings_lcu,
        coalesce(s.savings_before_lcu, 0)::double as savings_before_lcu,
        (c.covered & window_mask(4, 0)) = window_mask(4, 0) as is_covered_4m,
    from cohort as h
    semi join known_consent_given('bank', $as_of, $snapshot) as g on g.household_key = h.household_key
    join coverage_window as c
        on c.area_code = h.area_code and c.table_name = 'account' and (c.covered & window_mask(3, 0)) = window_mask(3, 0)
    join features_income_change as i on i.household_key = h.household_key
    left join quarter_line as l on l.region_code = h.region_code and l.quarter = $q0::date
    left join summed as s on s.household_key = h.household_key
)
select
    h.household_key,
    burden(a.outflow_lcu, a.income_lcu) as outflow_to_income_ratio_3m,
    a.savings_lcu / (a.subsistence_minimum_lcu * a.units)::double as savings_in_months,
    case when a.is_covered_4m then a.savings_lcu - a.savings_before_lcu end as savings_change_3m_lcu,
from cohort as h
left join consenting as a on a.household_key = h.household_key
