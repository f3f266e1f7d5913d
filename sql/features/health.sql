-- One row per household: what the health register says of its living members. Where the register is complete, a child without
-- a row has had no check-up. A fact that a member's row leaves open makes the household's unknown, unless another member's is known to be so.
-- Inputs: cohort, known_person, known_health, coverage_window.
with members as (
    select
        p.household_key,
        p.birth_date > born_by($as_of, $adult_age) as is_child,
        coalesce(r.last_checkup_on, p.birth_date) as waits_since,
        r.*,
    from known_person($as_of, $snapshot) as p
    left join (select * exclude (household_key) from known_health($as_of, $snapshot)) as r on r.person_key = p.person_key
    where (p.birth_date is null or p.birth_date < $as_of::date) and (p.died_on is null or p.died_on >= $as_of::date)
),
counted as (
    select
        household_key,
        max(greatest(0, date_sub('month', waits_since, $as_of::date))) filter (where is_child) as waits_months,
        max(greatest(0, date_sub('month', waits_since, $as_of::date))) filter (where is_child and person_key is not null) as waits_known_months,
        count(*) filter (where is_child) as children,
        count(*) filter (where chronic or dispensary) as chronic,
        count(*) filter (where person_key is not null and (chronic or dispensary) is null) as chronic_unknown,
        count(*) filter (where not attached_to_clinic) as without_clinic,
        count(*) filter (where person_key is not null and attached_to_clinic is null) as clinic_unknown,
        count(*) filter (where not insured) as uninsured,
        count(*) filter (where person_key is not null and insured is null) as insurance_unknown,
        count(*) filter (where is_child and not vaccinations_complete) as vaccinations_incomplete,
        count(*) filter (where is_child and person_key is not null and vaccinations_complete is null) as vaccinations_unknown,
        max(recorded_at)::date as newest_recorded_on,
    from members
    group by household_key
),
joined as (
    select
        h.household_key,
        r.* exclude (household_key),
        h.has_persons and coalesce((c.covered & window_mask(3, 0)) <> 0, false) as is_covered,
    from cohort as h
    left join counted as r on r.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'health'
)
select
    household_key,
    case when is_covered then case when children = 0 then 0 else waits_months end else waits_known_months end as months_since_checkup_children_max,
    case when chronic > 0 then true when is_covered and chronic_unknown = 0 then false end as has_chronic_illness,
    known_or_zero(without_clinic, is_covered and clinic_unknown = 0) as members_without_clinic,
    known_or_zero(uninsured, is_covered and insurance_unknown = 0) as members_uninsured,
    known_or_zero(vaccinations_incomplete, is_covered and vaccinations_unknown = 0) as children_vaccinations_incomplete,
    newest_recorded_on,
from joined
