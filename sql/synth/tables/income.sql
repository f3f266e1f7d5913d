-- income: what each register says of a person's or household's month, and a second row where it corrected itself. Inputs: synth_income_row,
-- synth_household, synth_person.
with version as (
    select *, 0 as version, first_lcu as said_lcu, days_after as days from synth_income_row
    union all
    select *, 1, amount_lcu, days_after + days_to_correction from synth_income_row where amount_lcu <> first_lcu
)
select
    h.household_id,
    p.person_id,
    first_day(v.month_no) as month,
    v.kind,
    v.said_lcu as amount_lcu,
    after_month(v.month_no, v.days, v.hour_dice) as recorded_at,
    case v.kind when 'wage' then 'pension contributions' when 'self_employment' then 'tax register' when 'agriculture' then 'farm register'
        else 'social payments' end as source,
from version as v
join synth_household as h on h.household_no = v.household_no
left join synth_person as p on p.person_no = v.person_no
where v.month_no >= $start_no
order by v.household_no, v.month_no, v.person_no, v.kind, v.version
