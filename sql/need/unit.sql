-- One row per household and unit of the standards: how many of it there are. A member of unknown age counts as the least of any age, an
-- unknown disability or tenure as none, so that the standard is then a least one. Inputs: cohort, need_person, need_composition.
select household_key, unit, count(*)::integer as number
from need_person
group by household_key, unit
union all
select household_key, 'disability', count(*)::integer
from need_person
where has_disability
group by household_key
union all
select household_key, 'household', 1
from cohort
union all
select household_key, 'age_unknown', members
from cohort
where not has_persons
union all
select household_key, tenure, 1
from need_composition
where tenure in ('rented', 'mortgaged', 'dormitory')
