-- One row per living member known at as_of, born before it: what the law asks of a person. NULL is unknown.
-- The law sets the pension age by sex and date, so sex is read here; of unknown sex it is the later age. No feature and no score reads this.
-- `activation`: why a measure is not due of an able-bodied member, 'due' where it is; NULL of others and where it is unknown.
-- Inputs: cohort, known_person, known_employment_measure, identity_person.
with persons as (
    select
        p.household_key,
        p.person_key,
        p.recorded_at,
        p.birth_date,
        p.role,
        p.employment,
        p.disability,
        p.business,
        p.birth_date > born_by($as_of, $adult_age) as is_child,
        p.birth_date <= born_by($as_of, $employable_age_from)
            and p.birth_date > born_by($as_of, case p.sex
                when 'male' then $pension_age_men
                when 'female' then $pension_age_women
                else greatest($pension_age_men, $pension_age_women)
            end) as is_of_working_age,
    from known_person($as_of, $snapshot) as p
    semi join cohort as h on h.household_key = p.household_key
    where (p.birth_date is null or p.birth_date < $as_of::date) and (p.died_on is null or p.died_on >= $as_of::date)
),
judged as (
    select
        *,
        case when disability in ('1', '2') then true when is_child then false when disability is not null then false end as is_group_1_2,
        case
            when disability = 'child' then true
            when not is_child then false
            when disability = 'none' then false
            when disability is not null and is_child then true
        end as is_child_with_disability,
        case
            when disability in ('1', '2') then false
            when not is_of_working_age then false
            when disability is not null and is_of_working_age then true
        end as is_employable,
    from persons
),
in_measure as (
    select distinct person_key
    from known_employment_measure($as_of, $snapshot)
    where started_on <= $as_of::date and (ended_on is null or ended_on >= $as_of::date)
)
select
    j.household_key,
    i.person_id,
    row_number() over (partition by j.household_key order by j.birth_date nulls last, i.person_id)::integer as place,
    j.recorded_at::date as recorded_on,
    j.role::varchar as role,
    date_sub('year', j.birth_date, $as_of::date)::integer as age_years,
    j.is_child,
    j.birth_date > born_by($as_of, 3) as is_under_3,
    j.birth_date <= born_by($as_of, $child_supplement_age_from)
        and j.birth_date > born_by($as_of, $child_supplement_age_to::integer + 1) as is_child_1_6,
    j.is_child
        and j.birth_date <= born_by($as_of, $school_package_age_from)
        and j.birth_date > born_by($as_of, $school_package_age_to::integer + 1) as is_of_school_package,
    j.is_child
        or (j.birth_date > born_by($as_of, $large_family_student_age_until) and j.employment is not distinct from 'student')
        or case when j.birth_date > born_by($as_of, $large_family_student_age_until) and j.employment is null then null else false end
        as is_child_or_student,
    j.birth_date < born_by($as_of, $care_elderly_age) as is_old,
    j.is_group_1_2,
    j.is_child_with_disability,
    j.is_employable,
    case when j.is_child and j.business is null then false else j.business = 'sole_trader' end as is_sole_trader,
    case
        when not j.is_employable then null
        when m.person_key is not null then 'in_measure'
        when j.employment in ('student', 'hired', 'carer') then j.employment::varchar
        when j.employment is not null and j.is_employable then 'due'
    end as activation,
from judged as j
join identity_person as i on i.person_key = j.person_key
left join in_measure as m on m.person_key = j.person_key
