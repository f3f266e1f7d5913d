-- One row per household, member (null: the household, or somebody who lives there no more) and kind: registered income of the reference
-- quarter, before TSA, and whether the kind counts. Inputs: cohort, known_income, need_person, reference_income_kind.
select
    i.household_key,
    p.member,
    i.kind::varchar as kind,
    i.kind::varchar not in (select kind from reference_income_kind where not counts) as counts,
    sum(i.amount_lcu)::bigint as amount_lcu,
from known_income($as_of, $snapshot) as i
semi join cohort as h on h.household_key = i.household_key
left join need_person as p on p.household_key = i.household_key and p.person_key = i.person_key
where i.month >= $q0::date and i.month < $q0::date + interval 3 months and i.amount_lcu > 0
group by i.household_key, p.member, i.kind
