-- One row per household: school of its children over the last three complete months of school, by the child for whom it goes worst.
-- Enrolment is asked of children who had reached the age of compulsory schooling when those months began, until they are past it.
-- Inputs: cohort, known_person, known_schooling, coverage_window, coverage_school_month.
with pupils as (
    select
        household_key,
        person_key,
        bool_or(enrolled) as is_enrolled,
        sum(round(attendance_rate * 1000000)::bigint) / (1000000.0 * count(attendance_rate)) as attendance_rate,
        bool_or(performance = 'poor') as has_poor_results,
        max(recorded_at)::date as newest_recorded_on,
    from known_schooling($as_of, $snapshot)
    where month in (select month from coverage_school_month)
    group by household_key, person_key
),
children as (
    select
        c.household_key,
        count(*) filter (
            where c.birth_date <= born_by(m.since, $compulsory_school_age_from)
                and c.birth_date > born_by($as_of, $compulsory_school_age_to::integer + 1)
                and not coalesce(s.is_enrolled, false)
        ) as not_enrolled,
        min(s.attendance_rate) as attendance_rate,
        count(*) filter (where s.is_enrolled) as enrolled,
        count(*) filter (where s.has_poor_results) as poor_results,
        count(s.person_key) as known,
        max(s.newest_recorded_on) as newest_recorded_on,
    from known_person($as_of, $snapshot) as c
    cross join (select min(month) as since from coverage_school_month) as m
    left join pupils as s on s.person_key = c.person_key
    where c.birth_date > born_by($as_of, $adult_age)
        and c.birth_date < $as_of::date
        and (c.died_on is null or c.died_on >= $as_of::date)
    group by c.household_key
),
joined as (
    select
        h.household_key,
        h.has_persons,
        s.* exclude (household_key),
        coalesce((c.covered & m.mask) = m.mask, false) as is_covered,
    from cohort as h
    cross join (select bit_or(mask) as mask from coverage_school_month) as m
    left join children as s on s.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'schooling'
)
select
    household_key,
    case when is_covered and has_persons then coalesce(not_enrolled, 0) end as school_age_not_enrolled,
    case when attendance_rate is not null then attendance_rate when is_covered and has_persons and coalesce(enrolled, 0) = 0 then 1.0 end
        as attendance_rate_3m,
    known_or_zero(poor_results, is_covered and has_persons) as children_poor_performance,
    newest_recorded_on,
from joined
