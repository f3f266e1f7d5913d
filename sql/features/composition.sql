-- One row per household: who lives there. Age groups and roles are unknown where the registers know no persons.
-- Inputs: cohort, known_person. Pension age is the later one of both sexes for everybody, so that no sex is read.
with persons as (
    select
        household_key,
        recorded_at,
        role,
        birth_date,
        birth_date > born_by($as_of, $adult_age) as is_child,
        birth_date <= born_by($as_of, $employable_age_from) and birth_date > born_by($as_of, $pension_age) as is_working_age,
        birth_date > born_by($as_of, $large_family_student_age_until) and employment = 'student' as is_student,
    from known_person($as_of, $snapshot)
    where (birth_date is null or birth_date < $as_of::date) and (died_on is null or died_on >= $as_of::date)
),
counted as (
    select
        household_key,
        count(*) filter (
            where birth_date <= born_by($as_of, $child_supplement_age_from)
                and birth_date > born_by($as_of, $child_supplement_age_to::integer + 1)
        ) as children_1_6,
        count(*) filter (
            where is_child
                and birth_date <= born_by($as_of, $school_package_age_from)
                and birth_date > born_by($as_of, $school_package_age_to::integer + 1)
        ) as children_school_age,
        count(*) filter (where birth_date > $as_of::date - interval 1 year) as infants,
        count(*) filter (where birth_date <= born_by($as_of, $pension_age)) as elderly,
        count(*) filter (where is_working_age) as working_age_adults,
        count(*) filter (where is_child or is_student) as children_and_students,
        count(*) filter (where birth_date is null) as ages_unknown,
        count(*) filter (where role in ('head', 'spouse')) as parents,
        max(date_sub('year', birth_date, $as_of::date)) filter (where role = 'head') as head_age_years,
        max(recorded_at)::date as newest_recorded_on,
    from persons
    group by household_key
)
select
    h.household_key,
    h.members,
    h.children,
    c.children_1_6,
    c.children_school_age,
    c.infants > 0 as has_infant,
    c.elderly,
    c.working_age_adults,
    (h.members - c.working_age_adults) / h.members::double as dependants_share,
    case when c.parents > 0 then h.children > 0 and c.parents = 1 end as is_single_parent,
    case
        when c.children_and_students >= $large_family_children::integer then true
        when c.children_and_students + c.ages_unknown < $large_family_children::integer then false
    end as is_large_family,
    c.head_age_years,
    c.newest_recorded_on,
from cohort as h
left join counted as c on c.household_key = h.household_key
