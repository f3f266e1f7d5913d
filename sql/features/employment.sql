-- One row per household: who earns a wage, who seeks work, who trades. Inputs: cohort, known_income, known_person,
-- known_employment_measure, coverage_window, features_income_months, features_composition.
with earners as (
    select
        household_key,
        month >= $income_until::date - interval 3 months as is_recent,
        count(distinct coalesce(person_key, -1)) as persons,
    from known_income($as_of, $snapshot)
    where kind = 'wage' and amount_lcu > 0 and month < $income_until::date and month >= $income_until::date - interval 6 months
    group by household_key, month >= $income_until::date - interval 3 months
),
by_window as (
    select
        household_key,
        max(persons) filter (where is_recent) as earners_3m,
        max(persons) filter (where not is_recent) as earners_before_3m,
    from earners
    group by household_key
),
persons as (
    select
        household_key,
        count(*) filter (where employment is null) as employment_unknown,
        count(*) filter (where business is null) as business_unknown,
        count(*) filter (where employment = 'unemployed') as unemployed,
        count(*) filter (where employment = 'seasonal') as seasonal,
        count(*) filter (where business = 'sole_trader') as sole_traders,
    from known_person($as_of, $snapshot)
    where birth_date <= born_by($as_of, $employable_age_from)
        and birth_date > born_by($as_of, $pension_age)
        and (died_on is null or died_on >= $as_of::date)
    group by household_key
),
measures as (
    select
        household_key,
        count(*) filter (where started_on >= $as_of::date - interval 12 months and started_on < $as_of::date) as begun_12m,
    from known_employment_measure($as_of, $snapshot)
    group by household_key
),
joined as (
    select
        h.household_key,
        h.has_persons,
        a.working_age_adults,
        known_or_zero(e.earners_3m, months_observed(i.observed_mask, i.is_surveyed, window_mask(3, 0)) is not null) as earners_3m,
        known_or_zero(e.earners_before_3m, months_observed(i.observed_mask, i.is_surveyed, window_mask(3, 3)) is not null) as earners_before_3m,
        case when (i.observed_mask & window_mask(12, 0)) = window_mask(12, 0) then bit_count(i.wage_mask & window_mask(12, 0)) end as wage_months,
        p.employment_unknown,
        p.business_unknown,
        p.unemployed,
        p.seasonal,
        p.sole_traders,
        known_or_zero(m.begun_12m, coalesce((c.covered & window_mask(12, 0)) = window_mask(12, 0), false)) as begun_12m,
    from cohort as h
    join features_income_months as i on i.household_key = h.household_key
    join features_composition as a on a.household_key = h.household_key
    left join by_window as e on e.household_key = h.household_key
    left join persons as p on p.household_key = h.household_key
    left join measures as m on m.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'employment_measure'
)
select
    household_key,
    earners_3m as wage_earners_3m,
    earners_before_3m as wage_earners_before_3m,
    case when working_age_adults > 0 then earners_3m / working_age_adults::double end as earners_per_adult_3m,
    wage_months as wage_months_12m,
    case when has_persons then known_or_zero(coalesce(unemployed, 0), coalesce(employment_unknown, 0) = 0) end as unemployed_adults,
    case when has_persons then known_or_zero(coalesce(seasonal, 0), coalesce(employment_unknown, 0) = 0) end as seasonal_workers,
    case when has_persons then any_known(coalesce(sole_traders, 0), coalesce(business_unknown, 0)) end as has_sole_trader,
    begun_12m as employment_measures_12m,
from joined
