-- expenditure: what consenting households spend by category; food takes more where there is less. Inputs: synth_spending, synth_strain.
with split as (
    select
        *,
        coalesce(spent_lcu, need_lcu) as total_lcu,
        least(0.68, greatest(0.35, 0.64 - 0.09 * (income_lcu / need_lcu - 1))) as food_share,
        case when tenure = 'rented' then 0.22 + 0.25 * dice(chance, 'rent') when tenure = 'mortgaged' then 0.2 else 0.09 end as housing_share,
        0.03 + 0.03 * dice(chance, 'medical') + 0.16 * strain * dice(chance, 'medical trouble') as medical_share,
        case when children > 0 then 0.02 + 0.03 * dice(chance, 'school') + case when month_no % 12 in (7, 8) then 0.07 else 0 end else 0 end as education_share,
    from synth_spending
),
category as (
    select s.*, c.category, c.number,
        round(total_lcu * case c.category
            when 'food' then food_share * 0.9
            when 'housing' then housing_share
            when 'medical' then medical_share
            when 'education' then education_share
            when 'transport' then 0.05
            when 'clothing' then 0.05 + 0.03 * dice(chance, 'clothes', month_no)
            else 0.06 end)::bigint as amount_lcu,
    from split as s, (values ('housing', 1), ('food', 2), ('medical', 3), ('education', 4), ('transport', 5), ('clothing', 6), ('other', 7)) as c(category, number)
)
select
    household_id,
    first_day(month_no) as month,
    category,
    amount_lcu,
    'verified' as basis,
    case category when 'housing' then 'utility' when 'medical' then 'clinic' when 'education' then 'school' else 'bank' end as verified_by,
    greatest(after_month(month_no, 3 + floor(15 * dice(chance, 'bank days', month_no)), dice(chance, 'hour')), after_day(asked_on, 2, dice(chance, 'hour')))
        as recorded_at,
    'banks and services' as source,
from category
where amount_lcu > 0
order by household_no, month_no, number
