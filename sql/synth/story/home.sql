-- One row per household: how its home is held, what it owns, whether it borrows. Inputs: synth_household, synth_person.
with standing as (
    select
        h.household_no,
        h.region,
        h.chance,
        h.is_rural,
        h.settlement,
        h.kind,
        h.wage_lcu,
        h.divorces,
        coalesce(p.people, 1) as people,
        ln((coalesce(p.pay_lcu, 0) + 0.25 * h.wage_lcu) / coalesce(p.people, 1) / h.wage_lcu) + 0.7 * bell(dice(h.chance, 'wealth')) as wealth,
        coalesce(p.pay_lcu, 0) as pay_lcu,
        coalesce(p.formal_workers, 0) as formal_workers,
    from synth_household as h
    left join (
        select household_no, count(*) as people, sum(case when work <> 'none' and place < 4 then round(pay_lcu)::bigint else 0 end)::bigint as pay_lcu,
            count(*) filter (where work = 'formal' and place < 4)::integer as formal_workers,
        from synth_person
        where birth_no < $start_no
        group by household_no
    ) as p on p.household_no = h.household_no
),
held as (
    select
        *,
        dice(chance, 'tenure') - case when wealth < -1.6 then 0.16 when wealth < -1 then 0.06 else 0 end as tenure_dice,
        (24 + 14 * sqrt(people) + 12 * wealth + 9 * bell(dice(chance, 'area')) + case when is_rural then 12 else 0 end) as area,
    from standing
)
select
    household_no,
    region,
    chance,
    wealth,
    pay_lcu,
    formal_workers,
    is_willing(chance, formal_workers) as is_willing,
    case
        when tenure_dice < 0.005 then 'none'
        when tenure_dice < 0.02 then 'dormitory'
        when tenure_dice < case when is_rural then 0.07 else 0.06 end then 'relatives'
        when tenure_dice < case when is_rural then 0.08 else 0.21 end then 'rented'
        when tenure_dice < case when is_rural then 0.10 else 0.36 end and wealth > -1.2 then 'mortgaged'
        else 'owned'
    end as tenure,
    greatest(9, least(280, round(area, 1))) as area_m2,
    case when dice(chance, 'condition') < 0.02 - 0.02 * least(0, wealth) then 'unsafe'
        when dice(chance, 'condition') < 0.16 - 0.08 * wealth then 'needs_repair' else 'good' end as condition,
    case when dice(chance, 'cars') < 0.06 + 0.03 * wealth then 2
        when dice(chance, 'cars') < 0.52 + 0.14 * wealth + case when kind in ('elder', 'single') then -0.25 else 0 end then 1 else 0 end as cars,
    dice(chance, 'lorry') < case when is_rural then 0.025 else 0.012 end as has_lorry,
    is_rural and dice(chance, 'machinery') < 0.03 as has_machinery,
    dice(chance, 'premises') < 0.012 + 0.006 * wealth as has_premises,
    dice(chance, 'second dwelling') < 0.045 + 0.025 * wealth as has_second_dwelling,
    is_rural and dice(chance, 'plot') < k_rural_plots() as has_plot,
    case when is_rural and dice(chance, 'livestock') < 0.42 then 1 + floor(24 * power(dice(chance, 'herd'), 2.5)) else 0 end::integer as livestock,
    dice(chance, 'borrows') < 0.62 + 0.05 * least(1, wealth) as borrows,
    dice(chance, 'overindebted') < 0.07 as is_overindebted,
    case when is_rural and dice(chance, 'plot') < k_rural_plots() then 0.16 * wage_lcu * (0.4 + 1.2 * dice(chance, 'plot income')) else 0 end as plot_lcu,
    dice(chance, 'plot is registered') < 0.2 as has_registered_plot,
    k_casual_pay() * wage_lcu * (0.3 + 1.4 * dice(chance, 'casual')) as casual_lcu,
    case when divorces and dice(chance, 'alimony') < 0.55 then 0.16 * wage_lcu * (0.5 + dice(chance, 'alimony sum')) else 0 end as alimony_lcu,
from held
order by household_no
