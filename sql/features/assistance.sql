-- One row per household: applications for TSA, spells and refusals. What the family itself refused (a visit, measures) or broke is
-- never counted, nor is when it was recorded. Inputs: cohort, known_benefit, known_tsa_spells, coverage_window.
with applications as (
    select
        *,
        kind in ('tsa_unconditional', 'tsa_conditional') as is_tsa,
        coalesce(refusal_reason in ('visit_refused', 'measures_refused', 'contract_broken', 'false_data'), false) as is_own_refusal,
        decision = 'granted' and starts_on <= $as_of::date as is_begun,
        coalesce(ends_on, date '9999-12-31') as until,
    from known_benefit($as_of, $snapshot)
),
spells as (
    select household_key, count(*) as spells, max(until) as last_day
    from known_tsa_spells($as_of::date, $snapshot)
    group by household_key
),
counted as (
    select
        household_key,
        sum(greatest(0, least(until + 1, $as_of::date) - greatest(starts_on, ($as_of::date - interval 24 months)::date))) filter (
            where is_tsa and is_begun
        ) as days_24m,
        min(excess_lcu) filter (
            where is_tsa and decision = 'refused' and refusal_reason = 'income' and applied_on >= $as_of::date - interval 12 months
        ) as near_miss,
        max(applied_on) filter (
            where is_tsa
                and decision = 'refused'
                and refusal_reason in ('income', 'assets', 'commission', 'other')
                and applied_on >= $as_of::date - interval 24 months
        ) as refused_on,
        count(*) filter (
            where is_tsa and decision = 'refused' and refusal_reason = 'income' and applied_on >= $as_of::date - interval 12 months
        ) as income_refusals,
        count(*) filter (
            where is_tsa
                and decision = 'refused'
                and refusal_reason in ('assets', 'commission', 'other')
                and applied_on >= $as_of::date - interval 12 months
        ) as other_refusals,
        count(*) filter (where is_tsa and decision = 'pending' and applied_on >= $as_of::date - interval 6 months) as pending,
        count(*) filter (where not is_tsa and is_begun and until >= $as_of::date) as other_benefits,
        max(recorded_at) filter (where not is_own_refusal)::date as newest_recorded_on,
    from applications
    group by household_key
),
joined as (
    select
        h.household_key,
        s.spells,
        s.last_day,
        least(coalesce(a.days_24m, 0) / 30.4375, 24.0) as months_24m,
        a.* exclude (household_key, days_24m),
        coalesce((c.covered & window_mask(3, 0)) <> 0, false) as is_covered,
        coalesce((c.covered & window_mask(6, 0)) = window_mask(6, 0), false) as is_covered_6m,
        coalesce((c.covered & window_mask(12, 0)) = window_mask(12, 0), false) as is_covered_12m,
        coalesce((c.covered & window_mask(24, 0)) = window_mask(24, 0), false) as is_covered_24m,
    from cohort as h
    left join counted as a on a.household_key = h.household_key
    left join spells as s on s.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'benefit'
)
select
    household_key,
    case when last_day >= $as_of::date then true when is_covered then false end as tsa_active,
    known_or_zero(spells, is_covered) as tsa_spells,
    case when is_covered_24m then months_24m end as tsa_months_24m,
    case when last_day < $as_of::date then date_sub('month', last_day, $as_of::date) end as months_since_tsa_end,
    near_miss as near_miss_excess_lcu,
    date_sub('month', refused_on, $as_of::date) as months_since_refusal,
    known_or_zero(income_refusals, is_covered_12m) as income_refusals_12m,
    known_or_zero(other_refusals, is_covered_12m) as other_refusals_12m,
    case when pending > 0 then true when is_covered_6m then false end as has_pending_application,
    known_or_zero(other_benefits, is_covered) as other_benefits_active,
    newest_recorded_on,
from joined
