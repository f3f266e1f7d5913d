-- One row per figure on TSA and consent. Inputs: benefit, consent, truth_household_quarter. A spell lasts three months; a gap of more than three
-- months ends a stay. $start and $until bound the window.
with application as (
    select household_id, decision, refusal_reason, excess_lcu, starts_on, year(applied_on) as year, applied_on
    from benefit
    where kind in ('tsa_unconditional', 'tsa_conditional')
),
spell_month as (
    select household_id, unnest(generate_series(starts_on, (starts_on + interval 2 months)::date, interval 1 month))::date as month
    from application
    where decision = 'granted'
),
person_month as (
    select month, sum(q.member_months)::bigint as persons
    from spell_month as s
    join truth_household_quarter as q on q.household_id = s.household_id and q.quarter = date_trunc('quarter', s.month)
    group by month
),
everyone as (
    select quarter, sum(member_months)::bigint as persons from truth_household_quarter group by quarter
),
monthly as (
    select p.month, 100.0 * p.persons / e.persons as share
    from person_month as p
    join everyone as e on e.quarter = date_trunc('quarter', p.month)
    where p.month >= $start::date and p.month < $until::date
),
served as (
    select year(s.month) as year, s.household_id, max(q.member_months)::bigint as member_months
    from spell_month as s
    join truth_household_quarter as q on q.household_id = s.household_id and q.quarter = date_trunc('quarter', s.month)
    group by year(s.month), s.household_id
),
yearly as (
    select s.year, 100.0 * sum(s.member_months) / max(e.persons) as share
    from served as s
    join everyone as e on e.quarter = make_date(s.year, 7, 1)
    where make_date(s.year, 1, 1) >= $start::date and make_date(s.year + 1, 1, 1) <= $until::date
    group by s.year
),
grant_before as (
    select household_id, starts_on, lag(starts_on) over (partition by household_id order by starts_on) as before_on
    from application
    where decision = 'granted'
),
beginning as (
    select household_id, starts_on
    from grant_before
    where (before_on is null or before_on < starts_on - interval 6 months)
        and starts_on >= $start::date and starts_on < $until::date - interval 24 months
),
later as (
    select b.household_id, b.starts_on, list(g.starts_on order by g.starts_on) as grants
    from beginning as b
    join grant_before as g on g.household_id = b.household_id and g.starts_on >= b.starts_on and g.starts_on < b.starts_on + interval 27 months
    group by b.household_id, b.starts_on
),
stay as (
    select *, (list_reduce(grants, lambda so_far, next: case when next <= so_far + interval 6 months then next else so_far end)
        + interval 3 months)::date as left_on
    from later
),
cohort as (
    select
        left_on > starts_on + interval 12 months as is_still_there,
        len(list_filter(grants, lambda granted: granted >= left_on and granted <= left_on + interval 12 months)) > 0 as comes_back,
    from stay
),
applicant as (
    select household_id from application where applied_on >= $start::date group by household_id
),
person_household as (
    select distinct person_id, household_id from person
),
given as (
    select p.household_id, bool_and(c.last_state = 'given') as consents
    from (
        select person_id, state as last_state
        from consent
        where scope = 'bank' and state in ('given', 'refused', 'no_answer')
        qualify row_number() over (partition by person_id order by "at" desc) = 1
    ) as c
    join person_household as p on p.person_id = c.person_id
    group by p.household_id
)
select 'tsa_month_least' as name, min(share) as value from monthly
union all
select 'tsa_month_most', max(share) from monthly
union all
select 'tsa_year_' || year, share from yearly
union all
select 'approved', 100.0 * count(*) filter (where decision = 'granted') / count(*) from application where applied_on >= $start::date
union all
select 'near_misses', 100.0 * count(*) filter (where excess_lcu < 5000) / count(*) from application where refusal_reason = 'income' and applied_on >= $start::date
union all
select 'still_after_12_months', 100.0 * count(*) filter (where is_still_there) / count(*) from cohort
union all
select 'left_for_a_year', 100.0 * count(*) filter (where not is_still_there and not comes_back) / count(*) from cohort
union all
select 'consent_of_applicants', 100.0 * count(*) filter (where g.consents) / count(*)
from applicant as a left join given as g on g.household_id = a.household_id
union all
select 'consent_of_others', 100.0 * count(*) filter (where g.consents and a.household_id is null) / count(*) filter (where a.household_id is null)
from (select distinct household_id from truth_household_quarter) as h
left join given as g on g.household_id = h.household_id
left join applicant as a on a.household_id = h.household_id
order by name
