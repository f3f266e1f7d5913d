-- One row per household that lives at as_of: known, not dissolved, with a living member (or a count of members where no persons are known).
-- `units`: household units of the equivalence scale, by today's composition. `since`: first day it is known to have lived as one;
-- `is_dated`: by a date of its own, not by its first record.
-- Inputs: known_household, known_household_since, known_person, identity_household, reference_household_unit.
with persons as (
    select
        household_key,
        count(*) filter (where died_on is null or died_on >= $as_of::date)::integer as members,
        count(*) filter (
            where (died_on is null or died_on >= $as_of::date) and birth_date > born_by($as_of, $adult_age)
        )::integer as children,
    from known_person($as_of, $snapshot)
    where birth_date is null or birth_date < $as_of::date
    group by household_key
),
sized as (
    select
        h.household_key,
        h.area_code,
        p.household_key is not null as has_persons,
        case when p.household_key is not null then p.members else h.members end as members,
        case when p.household_key is not null then p.children else h.children end as children,
    from known_household($as_of, $snapshot) as h
    left join persons as p on p.household_key = h.household_key
    where h.dissolved_on is null or h.dissolved_on >= $as_of::date
)
select
    s.household_key,
    i.household_id,
    s.area_code,
    left(s.area_code, 2) || '0000000' as region_code,
    left(s.area_code, 4) || '00000' as district_code,
    l.since,
    l.is_dated,
    s.has_persons,
    s.members,
    s.children,
    case
        when s.members > coalesce(s.children, 0)
            then u.first_adult + u.further_adult * (s.members - coalesce(s.children, 0) - 1) + u.child * coalesce(s.children, 0)
        else u.first_adult + u.child * (s.members - 1)
    end::decimal(9, 4) as units,
from sized as s
join identity_household as i on i.household_key = s.household_key
join known_household_since($as_of, $snapshot) as l on l.household_key = s.household_key
cross join reference_household_unit as u
where s.members > 0
