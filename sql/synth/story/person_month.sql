-- One row per person and month with pay, pension or an allowance. True pay beside what registers come to know of it; whole tenge.
-- Inputs: synth_stay, synth_person, synth_month, synth_pay_effect.
with lived as (
    select
        s.household_no, s.person_no, p.chance, p.work, p.pay_lcu, p.disability, p.is_male, p.studies_to_22, p.birth_no, p.has_papers, p.share_declared,
        p.pension_lcu,
        unnest(range(greatest(s.from_no, $start_no - 12, case when p.disability = 'child' then 0 else p.birth_no + 216 end),
            least(s.until_no, $until_no)))::integer as month_no,
    from synth_stay as s
    join synth_person as p on p.person_no = s.person_no
    where p.work <> 'none' or p.disability <> 'none' or $until_no - p.birth_no >= pension_age(p.is_male)
),
able as (
    select
        l.*, m.growth, m.minimum_wage, m.mrp,
        l.month_no - l.birth_no as age,
        coalesce(e.pay_left, 1e0) as pay_left,
        coalesce(e.is_jobless, false) as is_jobless,
        coalesce(e.is_at_home, false) as is_at_home,
    from lived as l
    join synth_month as m on m.month_no = l.month_no
    left join synth_pay_effect as e on e.person_no = l.person_no and e.month_no = l.month_no
),
placed as (
    select
        *,
        age >= pension_age(is_male) as is_pensioner,
        work <> 'none' and age >= case when studies_to_22 then 264 else 222 end and age < pension_age(is_male)
            and disability not in ('1', '2', 'child') as is_working_age,
        case work when 'seasonal' then case when month_no % 12 between 3 and 9 then 1.2e0 else 0.6e0 end
            when 'self_employed' then case when month_no % 12 between 4 and 9 then 1.08e0 else 0.92e0 end
            else 1e0 end as work_season,
        case work when 'formal' then 0.04e0 when 'self_employed' then 0.28e0 else 0.16e0 end as wobble,
    from able
),
paid as (
    select
        *,
        case when is_working_age then
            greatest(pay_lcu * growth * work_season * exp(wobble * bell(dice(chance, 'pay of the month', month_no))),
                case when work = 'formal' then minimum_wage else 0 end) * pay_left
        else 0e0 end as true_pay,
    from placed
)
select
    household_no,
    person_no,
    chance,
    month_no,
    round(true_pay)::integer as earned_lcu,
    case when work = 'formal' then round(true_pay)
        when work = 'seasonal' and has_papers and work_season > 1 then round(true_pay)
        else 0 end::integer as registered_wage_lcu,
    case when work <> 'self_employed' then 0
        when share_declared is null then least(25 * mrp, round(true_pay))
        else round(true_pay * share_declared) end::integer as registered_self_lcu,
    case when is_pensioner then round(pension_lcu * growth) else 0 end::integer as pension_lcu,
    case when is_at_home and work = 'formal' then round(0.4e0 * pay_lcu * growth)
        when is_at_home then round(5.76e0 * mrp)
        when is_pensioner then 0
        when disability = '1' then round(24 * mrp) when disability = '2' then round(19 * mrp) when disability = '3' then round(13 * mrp)
        when disability = 'child' and age < 216 then round(22 * mrp)
        else 0 end::integer as allowance_lcu,
    is_jobless or (is_working_age and true_pay = 0) as is_jobless,
    is_at_home,
    is_working_age,
from paid
where is_working_age or is_pensioner or disability <> 'none' or is_at_home
