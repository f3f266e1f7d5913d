-- One row per household: its need in the reference quarter, from its income, the minimum standards, its debts and, where every adult consents,
-- its spending and accounts. Sums are of the quarter; what is unknown is null and named in `missing`. `confidence`: share of the nine things
-- wanted that is known. Inputs: cohort, need_composition, need_income, need_income_source, need_person, need_category, need_account, need_debt,
-- need_consent, reference_parameter.
with sources as (
    select
        s.household_key,
        list(
            {'member': s.member, 'role': p.role, 'age_years': p.age_years, 'kind': s.kind, 'counts': s.counts, 'amount_lcu': s.amount_lcu}
            order by s.member nulls last, s.kind
        ) as income_sources,
        (sum(s.amount_lcu) filter (where s.kind = 'self_employment'))::bigint as self_employment_lcu,
    from need_income_source as s
    left join need_person as p on p.household_key = s.household_key and p.member = s.member
    group by s.household_key
),
spending as (
    select
        household_key,
        list(
            {
                'category': category, 'standard_lcu': standard_lcu, 'counted_lcu': counted_lcu, 'declared_lcu': declared_lcu,
                'verified_lcu': verified_lcu, 'verified_by': verified_by, 'gap_lcu': gap_lcu, 'is_unverified': is_unverified,
                'settles_spending_above_income': settles_spending_above_income, 'settles_standard': settles_standard
            }
            order by list_position(['food', 'housing', 'medical', 'education', 'transport', 'clothing', 'other'], category)
        ) as categories,
        sum(standard_lcu)::bigint as standard_lcu,
        sum(standard_last_month_lcu)::bigint as standard_last_month_lcu,
        sum(counted_lcu)::bigint as spent_lcu,
        sum(last_month_lcu)::bigint as spent_last_month_lcu,
        sum(declared_lcu)::bigint as declared_lcu,
        sum(verified_lcu)::bigint as verified_lcu,
        (sum(counted_lcu) filter (where category = 'housing'))::bigint as housing_lcu,
        (sum(counted_lcu) filter (where category = 'medical'))::bigint as medical_lcu,
    from need_category
    group by household_key
),
joined as (
    select
        h.household_key,
        h.household_id,
        h.area_code,
        h.region_code,
        h.district_code,
        h.members,
        h.children,
        h.units,
        c.* exclude (household_key),
        i.* exclude (household_key),
        i.income_lcu * 3 as income_3_lcu,
        s.income_sources,
        coalesce(s.self_employment_lcu, 0) as self_employment_lcu,
        e.* exclude (household_key),
        a.* exclude (household_key),
        d.* exclude (household_key),
        greatest(e.spent_lcu, a.outflow_lcu) as traceable_lcu,
        round(e.standard_last_month_lcu * (select value from reference_parameter where name = 'life_stage_' || c.stage || '_factor'))::bigint
            as expected_month_lcu,
        coalesce(g.to_spending, false) as consents_to_spending,
        coalesce(g.to_bank, false) as consents_to_bank,
    from cohort as h
    join need_composition as c on c.household_key = h.household_key
    join need_income as i on i.household_key = h.household_key
    join spending as e on e.household_key = h.household_key
    join need_debt as d on d.household_key = h.household_key
    left join sources as s on s.household_key = h.household_key
    left join need_account as a on a.household_key = h.household_key
    left join need_consent as g on g.household_key = h.household_key
),
known as (
    select
        *,
        [
            {'item': 'income', 'reason': case when income_lcu is null then 'not_observed' end},
            {'item': 'ages', 'reason': case when not are_ages_known then 'unknown' end},
            {'item': 'disability', 'reason': case when not is_disability_known then 'unknown' end},
            {'item': 'tenure', 'reason': case when tenure is null then 'unknown' end},
            {'item': 'standard', 'reason': case when standard_lcu is null then 'none_set' end},
            {'item': 'spending', 'reason': case when spent_lcu is not null then null when consents_to_spending then 'not_covered' else 'no_consent' end},
            {'item': 'accounts', 'reason': case when outflow_lcu is not null then null when consents_to_bank then 'not_covered' else 'no_consent' end},
            {'item': 'loans', 'reason': case when loan_payments_lcu is null then 'not_covered' end},
            {'item': 'bills', 'reason': case when utility_arrears_lcu is null then 'not_covered' end}
        ] as wanted,
    from joined
)
select
    household_key,
    household_id,
    area_code,
    region_code,
    district_code,
    $q0::date as quarter,
    members,
    children,
    units,
    tenure,
    stage,
    months as income_months,
    income_lcu,
    coalesce(income_sources, []) as income_sources,
    poverty_line_lcu,
    subsistence_minimum_lcu,
    is_below_line,
    is_below_subsistence,
    line_gap_lcu,
    subsistence_gap_lcu,
    standard_lcu,
    not (are_ages_known and is_disability_known and tenure is not null) as is_standard_least,
    case when standard_lcu * months > income_3_lcu then (standard_lcu * months - income_3_lcu + 2) // 3 when standard_lcu * months <= income_3_lcu then 0 end
        as standard_gap_lcu,
    categories,
    spent_lcu,
    declared_lcu,
    verified_lcu,
    missing_to(standard_lcu, spent_lcu) as spending_gap_lcu,
    burden((housing_lcu * months)::double, income_3_lcu) as housing_share,
    burden((medical_lcu * months)::double, income_3_lcu) as medical_share,
    burden((loan_payments_lcu * months)::double, income_3_lcu) as loans_share,
    spent_lcu * months > income_3_lcu as spends_above_income,
    case
        when spent_lcu * months > income_3_lcu then (spent_lcu * months - income_3_lcu + months - 1) // months
        when spent_lcu * months <= income_3_lcu then 0
    end as overspent_lcu,
    loan_payments_lcu,
    overdue_lcu,
    utility_arrears_lcu,
    case
        when overdue_lcu > 0 or utility_arrears_lcu > 0 then true
        when overdue_lcu = 0 and utility_arrears_lcu = 0 then false
    end as is_overdue,
    outflow_lcu,
    savings_before_lcu,
    savings_lcu,
    savings_lcu < savings_before_lcu as draws_on_savings,
    spent_last_month_lcu,
    expected_month_lcu,
    case
        when has_sole_trader
            and self_employment_lcu <= value_of('self_employed_floor_mrp') * value_of('mrp') * months
            and traceable_lcu * months > income_3_lcu
            then ['sole_trader_spending']
        else []
    end as questions,
    self_employment_lcu,
    traceable_lcu,
    (len(wanted) - len([w for w in wanted if w.reason is not null])) / len(wanted)::double as confidence,
    [w for w in wanted if w.reason is not null] as missing,
from known
