-- asset: what a household owns; herds shrink after floods and droughts, second dwellings and plots stay. Inputs: synth_home, synth_household,
-- synth_household_month, synth_episode, synth_month.
with owned as (
    select o.household_no, 1 as asset_no, 'dwelling' as kind, 1 as quantity, round(o.area_m2 * h.wage_lcu * 0.9)::bigint as value_lcu, o.area_m2
    from synth_home as o join synth_household as h on h.household_no = o.household_no
    where o.tenure in ('owned', 'mortgaged')
    union all
    select o.household_no, 2, 'dwelling', 1, round(34 * h.wage_lcu * 0.8)::bigint, 30.0 + floor(30 * dice(o.chance, 'second area'))
    from synth_home as o join synth_household as h on h.household_no = o.household_no
    where o.has_second_dwelling
    union all
    select household_no, 3 + n.n, 'car', 1, (900000 + floor(60 * power(dice(chance, 'car', n.n), 3)) * 100000)::bigint, null
    from synth_home, range(2) as n(n)
    where n.n < cars
    union all
    select household_no, 5, 'commercial_vehicle', 1, 4500000, null from synth_home where has_lorry
    union all
    select household_no, 6, 'machinery', 1, 3200000, null from synth_home where has_machinery
    union all
    select household_no, 7, 'business_premises', 1, 9000000, 60 from synth_home where has_premises
    union all
    select household_no, 8, 'subsidiary_plot', 1, (80000 + floor(22 * power(dice(chance, 'plot value'), 2)) * 50000)::bigint,
        600.0 + 100 * floor(19 * dice(chance, 'plot area'))
    from synth_home where has_plot
    union all
    select household_no, 9, 'livestock', livestock, livestock * 210000::bigint, null from synth_home where livestock > 0
),
dated as (
    select w.*, h.household_id, h.chance, h.region,
        day_in($start_no - 6 - floor(110 * dice(h.chance, 'acquired', asset_no)), dice(h.chance, 'acquired day', asset_no)) as acquired_on,
        (select min(fall_no) from synth_episode as e where e.household_no = w.household_no and e.kind in ('flood', 'drought') and e.fall_no >= $start_no) as struck_no,
    from owned as w
    join synth_household as h on h.household_no = w.household_no
    where exists (select 1 from synth_household_month as m where m.household_no = w.household_no and m.month_no >= $start_no)
),
version as (
    select *, 0 as version from dated
    union all
    select * replace (floor(quantity * 0.45)::integer as quantity, floor(quantity * 0.45)::bigint * 210000 as value_lcu), 1 as version
    from dated where kind = 'livestock' and struck_no is not null
)
select
    household_id,
    'A' || asset_no as asset_id,
    kind,
    quantity::integer as quantity,
    value_lcu,
    area_m2::double as area_m2,
    acquired_on,
    null::date as disposed_on,
    case when version = 0 then after_day(first_day($start_no), -20 - floor(300 * dice(chance, 'asset known', asset_no)), dice(chance, 'hour'))
        else after_month(struck_no, 10 + floor(40 * dice(chance, 'herd counted')), dice(chance, 'hour')) end as recorded_at,
    case kind when 'dwelling' then 'property register' when 'car' then 'vehicle register' when 'livestock' then 'farm register' else 'tax register' end as source,
from version
order by household_no, asset_no, version
