-- One row per willing household and quarter: whether it asks for TSA, what is decided, and what carries over to the next quarter.
-- The decision goes by registered income and assets under the rules in force; whether a family asks, by its true need and its history.
-- Inputs: synth_claim_chance.
with recursive step as (
    select
        household_no, quarter_no - 1 as quarter_no, false as asks, null::varchar as refused_for, false as is_granted, 0 as blocked_until,
        had_tsa_before(chance, true_ratio, excess, formal_workers) as had_tsa, had_tsa_before(chance, true_ratio, excess, formal_workers) as had_before,
        quarter_no - 1 as granted_no,
    from synth_claim_chance
    where quarter_no = (select min(c.quarter_no) from synth_claim_chance as c where c.household_no = synth_claim_chance.household_no)
    union all
    select
        household_no,
        quarter_no,
        asks,
        refused_for,
        asks and refused_for is null,
        case when asks and refused_for in ('measures_refused', 'contract_broken', 'false_data') and blocked_until <= quarter_no
            then quarter_no + 2 else blocked_until end,
        had_tsa or (asks and refused_for is null),
        had_tsa,
        case when asks and refused_for is null then quarter_no else granted_no end,
    from (
        select
            c.household_no,
            c.quarter_no,
            dice(c.chance, 'asks', c.quarter_no) < asking_chance(c.true_ratio, c.excess, c.formal_workers, s.is_granted, s.had_tsa, s.blocked_until > c.quarter_no)
                * case when s.had_tsa then 1 else first_asking(c.quarter_no) end as asks,
            case
                when s.blocked_until > c.quarter_no then coalesce(s.refused_for, 'measures_refused')
                when c.is_over_line then 'income'
                when c.is_barred_by_assets then 'assets'
                when c.is_barred_trader then 'other'
                when dice(c.chance, 'decision', c.quarter_no) < k_refused_by_commission() * case when s.is_granted then 0.3 else 1 end then 'commission'
                when dice(c.chance, 'visit', c.quarter_no) < 0.02 and not s.is_granted then 'visit_refused'
                when dice(c.chance, 'data', c.quarter_no) < 0.01 then 'false_data'
                when c.is_conditional and dice(c.chance, 'measures', c.quarter_no) < 0.05 and not s.is_granted then 'measures_refused'
                when c.is_conditional and dice(c.chance, 'contract', c.quarter_no) < 0.045 and s.is_granted then 'contract_broken'
            end as refused_for,
            s.blocked_until,
            s.had_tsa,
            s.granted_no,
        from step as s
        join synth_claim_chance as c on c.household_no = s.household_no and c.quarter_no = s.quarter_no + 1
    )
)
select s.*, c.* exclude (household_no, quarter_no)
from step as s
join synth_claim_chance as c on c.household_no = s.household_no and c.quarter_no = s.quarter_no
where s.asks
order by s.household_no, s.quarter_no
