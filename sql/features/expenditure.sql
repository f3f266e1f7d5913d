-- One row per household: spending of the last three complete months, with the consent of every adult; unknown without it.
-- A category that a third party verified counts as verified, else as declared. Shares of income are 10 at most.
-- Inputs: cohort, known_consent_given, known_expenditure, coverage_window, features_income_change.
with spent as (
    select
        household_key,
        month,
        category,
        coalesce(max(amount_lcu) filter (where basis = 'verified'), max(amount_lcu) filter (where basis = 'declared')) as amount_lcu,
    from known_expenditure($as_of, $snapshot)
    where month < $expenditure_until::date and month >= $expenditure_until::date - interval 3 months
    group by household_key, month, category
),
summed as (
    select
        household_key,
        sum(amount_lcu) as spent_lcu,
        sum(amount_lcu) filter (where category = 'food') as food_lcu,
        sum(amount_lcu) filter (where category = 'housing') as housing_lcu,
        sum(amount_lcu) filter (where category = 'medical') as medical_lcu,
        sum(amount_lcu) filter (where category = 'education') as education_lcu,
        sum(amount_lcu) filter (where category = 'transport') as transport_lcu,
        sum(amount_lcu) filter (where category = 'clothing') as clothing_lcu,
        sum(amount_lcu) filter (where category = 'other') as other_lcu,
    from spent
    group by household_key
),
consenting as (
    select
        h.household_key,
        h.units,
        i.income_monthly_3m_lcu * 3 as income_lcu,
        coalesce(s.spent_lcu, 0)::double as spent_lcu,
        coalesce(s.food_lcu, 0)::double as food_lcu,
        coalesce(s.housing_lcu, 0)::double as housing_lcu,
        coalesce(s.medical_lcu, 0)::double as medical_lcu,
        coalesce(s.education_lcu, 0)::double as education_lcu,
        coalesce(s.transport_lcu, 0)::double as transport_lcu,
        coalesce(s.clothing_lcu, 0)::double as clothing_lcu,
        coalesce(s.other_lcu, 0)::double as other_lcu,
    from cohort as h
    semi join known_consent_given('expenditure', $as_of, $snapshot) as g on g.household_key = h.household_key
    join coverage_window as c
        on c.area_code = h.area_code and c.table_name = 'expenditure' and (c.covered & window_mask(3, 0)) = window_mask(3, 0)
    join features_income_change as i on i.household_key = h.household_key
    left join summed as s on s.household_key = h.household_key
)
select
    h.household_key,
    e.spent_lcu / 3 / e.units::double as spending_per_capita_3m_lcu,
    burden(e.spent_lcu, e.income_lcu) as spending_to_income_ratio_3m,
    case when e.spent_lcu > 0 then e.food_lcu / e.spent_lcu end as food_share_3m,
    burden(e.housing_lcu, e.income_lcu) as rent_share_3m,
    burden(e.medical_lcu, e.income_lcu) as medical_share_3m,
    case when e.spent_lcu > 0 then e.education_lcu / e.spent_lcu end as education_share_3m,
    case when e.spent_lcu > 0 then e.transport_lcu / e.spent_lcu end as transport_share_3m,
    case when e.spent_lcu > 0 then e.clothing_lcu / e.spent_lcu end as clothing_share_3m,
    case when e.spent_lcu > 0 then e.other_lcu / e.spent_lcu end as other_share_3m,
from cohort as h
left join consenting as e on e.household_key = h.household_key
