-- One row per household: what it receives at as_of, and whether an earlier refusal keeps a new application for TSA from being made yet.
-- Only entitlement reads the refusals: never a feature, list or score. Inputs: cohort, known_benefit, coverage_window.
with counted as (
    select
        household_key,
        max(recorded_at)::date as benefit_on,
        count(*) filter (where kind in ('tsa_unconditional', 'tsa_conditional') and is_running) as tsa,
        count(*) filter (where kind = 'child_supplement' and is_running) as child_supplement,
        count(*) filter (where kind = 'large_family' and is_running) as large_family,
        max(applied_on) filter (
            where kind in ('tsa_unconditional', 'tsa_conditional')
                and decision = 'refused'
                and refusal_reason in ('measures_refused', 'contract_broken', 'false_data')
        ) as refused_on,
    from (
        select
            *,
            decision = 'granted' and starts_on <= $as_of::date and (ends_on is null or ends_on >= $as_of::date) as is_running,
        from known_benefit($as_of, $snapshot)
    )
    group by household_key
),
joined as (
    select
        h.household_key,
        b.* exclude (household_key),
        (b.refused_on + to_months($tsa_refusal_block_months::integer))::date as application_from,
        coalesce((c.covered & window_mask(3, 0)) <> 0, false) as is_covered,
        coalesce(
            (c.covered & window_mask($tsa_refusal_block_months::bigint, 0)) = window_mask($tsa_refusal_block_months::bigint, 0), false
        ) as is_covered_while_blocked,
    from cohort as h
    left join counted as b on b.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'benefit'
)
select
    household_key,
    benefit_on,
    case when application_from > $as_of::date then application_from end as application_from,
    case when application_from > $as_of::date then true when is_covered_while_blocked then false end as is_application_blocked,
    case when tsa > 0 then true when is_covered then false end as receives_tsa,
    case when child_supplement > 0 then true when is_covered then false end as receives_child_supplement,
    case when large_family > 0 then true when is_covered then false end as receives_large_family_benefit,
from joined
