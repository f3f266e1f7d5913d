-- One row per measure of a social contract, with the adult who is to take it. Inputs: synth_plan, synth_stay.
with adult as (
    select p.household_no, p.plan_id, s.person_no,
        row_number() over (partition by p.household_no, p.plan_id order by s.place, s.person_no) as adult,
    from synth_plan as p
    join synth_stay as s on s.household_no = p.household_no and p.month_no >= s.from_no and p.month_no < s.until_no
        and p.month_no - s.birth_no between 216 and 730
)
select
    p.household_no,
    p.household_id,
    p.chance,
    p.plan_id,
    p.month_no,
    p.signed_on,
    a.person_no,
    n.n::integer as number,
    ['employment', 'training', 'health', 'education'][1 + floor(4 * power(dice(p.chance, 'measure', p.month_no + n.n), 2))::integer] as kind,
    (p.signed_on + to_months(2 + 3 * n.n::integer))::date as due_on,
    case when dice(p.chance, 'is done', p.month_no + n.n) < 0.6
        then (p.signed_on + to_months(2 + 3 * n.n::integer) + to_days(floor(40 * dice(p.chance, 'done', p.month_no + n.n) - 25)::integer))::date end as done_on,
from synth_plan as p
cross join (from range(3)) as n(n)
left join adult as a on a.household_no = p.household_no and a.plan_id = p.plan_id and a.adult = 1
where n.n < 1 + floor(3 * dice(p.chance, 'measures', p.month_no))
order by p.household_no, p.plan_id, number
