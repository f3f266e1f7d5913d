-- One row per recipient family: x 1 when every living member's last medical check-up is recent enough, 0 when somebody's is not, else unknown.
-- Where the health register is complete, who has no row in it has had no check-up since birth. Inputs: recipient, known_person, known_health,
-- coverage_window.
with members as (
    select
        p.household_key,
        case
            when p.birth_date is null then null
            when p.birth_date > born_by($as_of, $adult_age) then $checkup_interval_children_months::integer
            else $checkup_interval_adults_months::integer
        end as every,
        case
            when h.last_checkup_on is not null then h.last_checkup_on
            when h.person_key is null and coalesce((c.covered & window_mask(3, 0)) <> 0, false) then p.birth_date
        end as last_on,
    from known_person($as_of, $snapshot) as p
    join recipient as r on r.household_key = p.household_key
    left join (select person_key, last_checkup_on from known_health($as_of, $snapshot)) as h on h.person_key = p.person_key
    left join coverage_window as c on c.area_code = r.area_code and c.table_name = 'health'
    where (p.died_on is null or p.died_on >= $as_of::date) and (p.birth_date is null or p.birth_date < $as_of::date)
),
judged as (
    select household_key, bool_and(last_on > $as_of::date - to_months(every)) as all_known, count(*) = count(last_on > $as_of::date - to_months(every)) as is_whole,
    from members
    group by household_key
)
select
    r.household_key,
    coalesce(j.all_known and j.is_whole, false)::integer as x,
    coalesce(j.is_whole or not j.all_known, false)::integer as n,
    0 as y,
    0 as m,
    (not coalesce(j.is_whole or not j.all_known, false))::integer as unknown,
from recipient as r
left join judged as j on j.household_key = r.household_key
