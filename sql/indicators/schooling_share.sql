-- One row per recipient family: x of n children of compulsory school age attended in the last three months of school at least the satisfactory
-- share of lessons without poor results. No row where the register is complete means not at school. Inputs: recipient, known_person,
-- known_schooling, coverage_window, coverage_school_month.
with pupils as (
    select
        person_key,
        bool_or(enrolled) as is_enrolled,
        sum(round(attendance_rate * 1000000)::bigint) / (1000000.0 * count(attendance_rate)) as attendance,
        bool_or(performance = 'poor') as is_poor,
    from known_schooling($as_of, $snapshot)
    where month in (select month from coverage_school_month)
    group by person_key
),
children as (
    select
        p.household_key,
        case
            when s.is_enrolled and (s.attendance < $satisfactory_attendance_share or s.is_poor) then false
            when s.is_enrolled and s.attendance is not null and s.is_poor is not null then true
            when s.is_enrolled then null
            when s.person_key is not null or coalesce((c.covered & m.mask) = m.mask, false) then false
        end as is_satisfactory,
    from known_person($as_of, $snapshot) as p
    join recipient as r on r.household_key = p.household_key
    cross join (select min(month) as since, bit_or(mask) as mask from coverage_school_month) as m
    left join pupils as s on s.person_key = p.person_key
    left join coverage_window as c on c.area_code = r.area_code and c.table_name = 'schooling'
    where (p.died_on is null or p.died_on >= $as_of::date)
        and p.birth_date <= born_by(coalesce(m.since, $as_of::date), $compulsory_school_age_from)
        and p.birth_date > born_by($as_of, $compulsory_school_age_to::integer + 1)
)
select
    household_key,
    count(*) filter (where is_satisfactory) as x,
    count(is_satisfactory) as n,
    0 as y,
    0 as m,
    count(*) filter (where is_satisfactory is null) as unknown,
from children
group by household_key
