-- household: its first known state, then one row when members or children change or when it ends. Inputs: synth_household_month,
-- synth_household, synth_home. Some registers hear of changes months later (stale records).
with month as (
    select m.*, lag(members) over w as members_before, lag(children) over w as children_before, min(month_no) over w as first_no,
        row_number() over (partition by household_no order by month_no desc) = 1 and month_no < $until_no - 1 as is_last,
    from synth_household_month as m
    where month_no >= $start_no
    window w as (partition by household_no order by month_no)
),
change as (
    select household_no, month_no, members, children, month_no = first_no as is_first, null::date as dissolved_on
    from month
    where month_no = first_no or members <> members_before or children <> children_before
    union all
    select household_no, month_no + 1, members, children, false, first_day(month_no + 1) from month where is_last
)
select
    h.household_id,
    h.area_code,
    h.settlement,
    c.members,
    c.children,
    null::double as weight,
    case when h.is_divorced_partner then 'rented' else o.tenure end as dwelling_tenure,
    o.area_m2 as dwelling_area_m2,
    o.condition as dwelling_condition,
    case when dice(h.chance, 'language') < h.russian_share then 'ru' else 'kk' end as contact_language,
    case when h.is_offshoot then first_day(h.offshoot_no) else day_in(greatest(h.head_birth_no + 240, 23000), dice(h.chance, 'formed')) end as formed_on,
    c.dissolved_on,
    case when c.is_first and coalesce(h.forms_no, 0) < c.month_no
            then after_day(first_day($start_no), -30 - floor(700 * power(dice(h.chance, 'first known'), 2)), dice(h.chance, 'hour'))
        else after_day(first_day(c.month_no), case when dice(h.chance, 'stale') < 0.06 then 150 else 1 end + floor(30 * dice(h.chance, 'days')),
            dice(h.chance, 'hour')) end as recorded_at,
    'population register' as source,
from change as c
join synth_household as h on h.household_no = c.household_no
join synth_home as o on o.household_no = c.household_no
order by c.household_no, c.month_no, c.dissolved_on nulls first
