-- One row per household of which persons are known: counts of members by what the law asks. `_at_least` counts who certainly is so, `_at_most`
-- who may be; without either, the count where both agree. Inputs: entitlement_member.
with counted as (
    select
        household_key,
        max(recorded_on) as person_on,
        count(*) filter (where is_child_1_6) as children_1_6_at_least,
        count(*) filter (where is_child_1_6 is not false) as children_1_6_at_most,
        count(*) filter (where is_of_school_package) as children_school_age_at_least,
        count(*) filter (where is_of_school_package is not false) as children_school_age_at_most,
        count(*) filter (where is_child_or_student) as children_and_students_at_least,
        count(*) filter (where is_child_or_student is not false) as children_and_students_at_most,
        count(*) filter (where is_employable) as employable_at_least,
        count(*) filter (where is_employable is not false) as employable_at_most,
        any_known(count(*) filter (where is_under_3), count(*) filter (where is_under_3 is null)) as has_child_under_3,
        any_known(count(*) filter (where is_child_with_disability), count(*) filter (where is_child_with_disability is null))
            as has_child_with_disability,
        any_known(count(*) filter (where is_group_1_2), count(*) filter (where is_group_1_2 is null)) as has_disability_1_2,
        any_known(count(*) filter (where is_old), count(*) filter (where is_old is null)) as has_elderly_to_care_for,
        any_known(count(*) filter (where is_sole_trader), count(*) filter (where is_sole_trader is null)) as has_active_sole_trader,
    from entitlement_member
    group by household_key
),
caring as (
    select *, has_child_under_3 or has_child_with_disability or has_disability_1_2 or has_elderly_to_care_for as has_care_ground
    from counted
)
select
    *,
    case when children_1_6_at_least = children_1_6_at_most then children_1_6_at_least end as children_1_6,
    case when children_and_students_at_least = children_and_students_at_most then children_and_students_at_least end as children_and_students,
    case
        when employable_at_most = 0 then 'unconditional'
        when employable_at_least >= 2 then 'conditional'
        when employable_at_most = 1 and has_care_ground then 'unconditional'
        when employable_at_least = 1 and not has_care_ground then 'conditional'
    end as tsa_kind,
from caring
