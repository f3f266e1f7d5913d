-- Time is cut here, once: what the registers knew before as_of, from the loads of the run's snapshot.
-- Features, rules and lists read only these macros. as_of: date; snapshot: the last load_id that counts.

create temp macro known(table_name, as_of, snapshot) as table
select *
from query_table(table_name)
where recorded_at < as_of::timestamp
    and load_id <= snapshot
    and (superseded_at is null or superseded_at >= as_of::timestamp or superseded_by_load > snapshot)
    and (replaced_by_load is null or replaced_by_load > snapshot);

create temp macro known_household(as_of, snapshot) as table from known('household', as_of, snapshot);
create temp macro known_person(as_of, snapshot) as table from known('person', as_of, snapshot);
create temp macro known_income(as_of, snapshot) as table from known('income', as_of, snapshot);
create temp macro known_credit(as_of, snapshot) as table from known('credit', as_of, snapshot);
create temp macro known_asset(as_of, snapshot) as table from known('asset', as_of, snapshot);
create temp macro known_benefit(as_of, snapshot) as table from known('benefit', as_of, snapshot);
create temp macro known_utility(as_of, snapshot) as table from known('utility', as_of, snapshot);
create temp macro known_life_event(as_of, snapshot) as table from known('life_event', as_of, snapshot);
create temp macro known_emergency(as_of, snapshot) as table from known('emergency', as_of, snapshot);
create temp macro known_community_signal(as_of, snapshot) as table from known('community_signal', as_of, snapshot);
create temp macro known_plan(as_of, snapshot) as table from known('plan', as_of, snapshot);
create temp macro known_plan_measure(as_of, snapshot) as table from known('plan_measure', as_of, snapshot);
create temp macro known_level(as_of, snapshot) as table from known('level', as_of, snapshot);

-- Tables of persons get their household here: the one in which the person was known to live.
create temp macro known_schooling(as_of, snapshot) as table
select p.household_key, r.*
from known('schooling', as_of, snapshot) as r
join known('person', as_of, snapshot) as p on p.person_key = r.person_key;

create temp macro known_health(as_of, snapshot) as table
select p.household_key, r.*
from known('health', as_of, snapshot) as r
join known('person', as_of, snapshot) as p on p.person_key = r.person_key;

create temp macro known_employment_measure(as_of, snapshot) as table
select p.household_key, r.*
from known('employment_measure', as_of, snapshot) as r
join known('person', as_of, snapshot) as p on p.person_key = r.person_key;

create temp macro known_observation(as_of, snapshot) as table
select r.* replace (coalesce(r.household_key, p.household_key) as household_key)
from known('observation', as_of, snapshot) as r
left join known('person', as_of, snapshot) as p on p.person_key = r.person_key;

-- Households of which every living adult has given consent to the scope, and nobody has since withdrawn it. Who may be an adult (no date
-- of birth is known) must have given it too.
-- Asked, refused and unanswered are the same here: not given.
create temp macro known_consent_given(wanted_scope, as_of, snapshot) as table
with last_word as (
    select person_key, state, row_number() over (partition by person_key order by "at" desc, recorded_at desc, load_id desc) as place
    from known('consent', as_of, snapshot)
    where scope = wanted_scope and "at" < as_of::timestamp
)
select p.household_key
from known('person', as_of, snapshot) as p
left join last_word as c on c.person_key = p.person_key and c.place = 1
where (p.died_on is null or p.died_on >= as_of::date) and (p.birth_date is null or p.birth_date <= as_of::date - interval 18 years)
group by p.household_key
having count(*) = count(*) filter (where c.state = 'given');

-- Registers behind consent: without it their rows are not seen at all.
create temp macro known_expenditure(as_of, snapshot) as table
select r.*
from known('expenditure', as_of, snapshot) as r
semi join known_consent_given('expenditure', as_of, snapshot) as c on c.household_key = r.household_key;

create temp macro known_account(as_of, snapshot) as table
select r.*
from known('account', as_of, snapshot) as r
semi join known_consent_given('bank', as_of, snapshot) as c on c.household_key = r.household_key;

-- The day from which a household is known to have lived as one: its own date by the last word on it, else the day it was first recorded.
create temp macro known_household_since(as_of, snapshot) as table
with first_record as (
    select household_key, min(recorded_at)::date as recorded_on
    from household
    where recorded_at < as_of::timestamp and load_id <= snapshot
    group by household_key
)
select h.household_key, coalesce(h.formed_on, f.recorded_on) as since, h.formed_on is not null as is_dated
from known('household', as_of, snapshot) as h
join first_record as f on f.household_key = h.household_key;

-- Months that were complete at as_of, by table and area prefix.
create temp macro known_coverage(as_of, snapshot) as table
select c.table_name, c.name, c.area_prefix, m.month::date as month, bool_and(c.by_row) as by_row
from coverage as c, unnest(generate_series(c.month_from, c.month_until - interval 1 month, interval 1 month)) as m(month)
where c.load_id <= snapshot
    and m.month + interval 1 month - interval 1 day <= c.complete_through
    and m.month + interval 1 month + to_days(c.publication_lag_days) <= as_of::date
group by c.table_name, c.name, c.area_prefix, m.month;
