-- One row per household of which persons are known: work, business, disability, health and schooling of its living members, as the Map's scale
-- asks. `_at_least` counts who certainly is so, `_at_most` who may be. School is that of the last three complete months of school.
-- Inputs: cohort, entitlement_member, identity_person, known_person, known_health, known_schooling, coverage_window, coverage_school_month.
with school as (
    select min(month) as since, bit_or(mask) as mask from coverage_school_month
),
pupils as (
    select person_key, bool_or(enrolled) as is_enrolled, max(recorded_at)::date as schooling_on
    from known_schooling($as_of, $snapshot)
    where month in (select month from coverage_school_month)
    group by person_key
),
covered as (
    select
        c.area_code,
        bool_or(c.table_name = 'health' and (c.covered & window_mask(3, 0)) <> 0) as is_health_covered,
        bool_or(c.table_name = 'schooling' and (c.covered & s.mask) = s.mask) as is_school_covered,
    from coverage_window as c
    cross join school as s
    group by c.area_code
),
members as (
    select
        m.household_key,
        m.is_child,
        p.employment,
        p.disability,
        p.business,
        r.* exclude (household_key, person_key),
        r.person_key is not null as has_health_row,
        c.is_health_covered,
        u.schooling_on,
        case when u.is_enrolled then true when c.is_school_covered then false end as is_enrolled,
        p.birth_date <= born_by(s.since, $level_preschool_age_from) and p.birth_date > born_by(s.since, $compulsory_school_age_from)
            as is_of_preschool,
        p.birth_date <= born_by(s.since, $compulsory_school_age_from)
            and p.birth_date > born_by($as_of, $compulsory_school_age_to::integer + 1) as is_of_school,
    from entitlement_member as m
    join identity_person as i on i.person_id = m.person_id
    join known_person($as_of, $snapshot) as p on p.person_key = i.person_key
    join cohort as h on h.household_key = m.household_key
    cross join school as s
    left join covered as c on c.area_code = h.area_code
    left join known_health($as_of, $snapshot) as r on r.person_key = i.person_key
    left join pupils as u on u.person_key = i.person_key
),
judged as (
    select
        household_key,
        recorded_at,
        schooling_on,
        case when employment is null and is_child then false else employment in ('hired', 'self_employed', 'seasonal') end as is_employed,
        case when business is null and is_child then false else business = 'founder' end as is_founder,
        case when is_child then false when disability <> '3' then false when disability = '3' and not is_child then true end as is_group_3,
        case when has_health_row then not attached_to_clinic when is_health_covered then false end as is_without_clinic,
        case when has_health_row then not insured when is_health_covered then false end as is_uninsured,
        case when has_health_row then chronic when is_health_covered then false end as is_chronic,
        case when has_health_row then dispensary when is_health_covered then false end as is_on_register,
        case when not is_child then false else is_of_preschool and not is_enrolled end as is_preschool_away,
        case when not is_child then false else is_of_school and not is_enrolled end as is_school_away,
    from members
)
select
    household_key,
    max(recorded_at)::date as health_on,
    max(schooling_on) as schooling_on,
    count(*) filter (where is_employed)::integer as employed_at_least,
    count(*) filter (where is_employed is not false)::integer as employed_at_most,
    any_known(count(*) filter (where is_founder), count(*) filter (where is_founder is null)) as has_founder,
    any_known(count(*) filter (where is_group_3), count(*) filter (where is_group_3 is null)) as has_disability_3,
    any_known(count(*) filter (where is_without_clinic), count(*) filter (where is_without_clinic is null)) as has_member_without_clinic,
    any_known(count(*) filter (where is_uninsured), count(*) filter (where is_uninsured is null)) as has_member_uninsured,
    any_known(count(*) filter (where is_chronic), count(*) filter (where is_chronic is null)) as has_chronic_disease,
    any_known(count(*) filter (where is_on_register), count(*) filter (where is_on_register is null)) as is_on_dispensary_register,
    any_known(count(*) filter (where is_preschool_away), count(*) filter (where is_preschool_away is null)) as has_preschool_child_not_enrolled,
    any_known(count(*) filter (where is_school_away), count(*) filter (where is_school_away is null)) as has_school_child_not_enrolled,
from judged
group by household_key
