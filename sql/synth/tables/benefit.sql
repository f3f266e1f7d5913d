-- benefit: every application for TSA with its decision and spell, the child supplement beside it, and the large-family benefit. Inputs:
-- synth_claim, synth_household_month, synth_household, synth_month.
with tsa as (
    select
        h.household_no, h.household_id, c.month_no, n.mrp, n.child_supplement, c.children_1_6, h.chance,
        'T' || c.month_no as application_id,
        case when c.is_conditional then 'tsa_conditional' else 'tsa_unconditional' end as kind,
        case when c.is_granted and c.had_before then first_day(c.month_no) + floor(3 * dice(h.chance, 'applies', c.month_no))::integer
            else day_in(c.month_no, dice(h.chance, 'applies', c.month_no) * 0.6) end as applied_on,
        c.refused_for,
        case when c.refused_for = 'income' then floor(c.excess)::bigint end as excess_lcu,
        (floor(c.poverty_line_lcu * c.members - c.registered_lcu / 3.0))::bigint as gap_lcu,
    from synth_claim as c
    join synth_household as h on h.household_no = c.household_no
    join synth_month as n on n.month_no = c.month_no
),
large as (
    select m.household_no, m.month_no, h.household_id, h.chance,
        row_number() over (partition by m.household_no order by m.month_no) = 1 as is_first,
        max(m.large_family_lcu) over (partition by m.household_no) as monthly_lcu,
        max(m.month_no) over (partition by m.household_no) as last_no,
    from synth_household_month as m
    join synth_household as h on h.household_no = m.household_no
    where m.large_family_lcu > 0
),
given as (
    select household_no, household_id, month_no, chance, application_id, kind, applied_on::date as applied_on, refused_for, excess_lcu, first_day(month_no) as starts_on,
        first_day(month_no + 3) - 1 as ends_on, gap_lcu as monthly_lcu
    from tsa
    union all
    select household_no, household_id, month_no, chance, application_id || '-C', 'child_supplement', applied_on::date, null, null, first_day(month_no),
        first_day(month_no + 3) - 1, ceil(mrp * child_supplement * children_1_6)::bigint
    from tsa
    where refused_for is null and children_1_6 > 0
    union all
    select household_no, household_id, month_no, chance, 'L' || month_no, 'large_family', day_in(month_no, 0.2), null, null, first_day(month_no),
        case when last_no < $until_no - 1 then first_day(last_no + 1) - 1 end, monthly_lcu
    from large
    where is_first
)
select
    household_id,
    application_id,
    kind,
    applied_on,
    case when refused_for is null then 'granted' else 'refused' end as decision,
    refused_for as refusal_reason,
    excess_lcu,
    case when refused_for is null then starts_on end as starts_on,
    case when refused_for is null then ends_on end as ends_on,
    case when refused_for is null then monthly_lcu end as monthly_lcu,
    case when kind = 'large_family' and ends_on is not null then after_day(ends_on, 1, dice(chance, 'hour'))
        else after_day(applied_on, 1 + floor(9 * dice(chance, 'decided', month_no)), dice(chance, 'hour')) end as recorded_at,
    'social protection' as source,
from given
where recorded_at < first_day($until_no)
order by household_no, application_id, kind
