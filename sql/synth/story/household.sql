-- One row per household number: where it lives, what kind it is, its plan of children, its home. Inputs: synth_region, synth_place.
-- Every 20th number is an offshoot: it forms within the window, and when the household before it divorces, the partner who leaves forms it.
with numbered as (
    select
        household_no,
        chance_of($seed_chance, household_no) as chance,
        household_no % 20 = 19 as is_offshoot,
        household_no % 20 = 18 as has_offshoot,
        chance_of($seed_chance, household_no + (household_no % 20 = 18)::integer) as pair_chance,
        chance_of($seed_chance, household_no - (household_no % 20 = 19)::integer) as place_chance,
    from range($first_household::bigint, $last_household::bigint) as t(household_no)
),
located as (
    select n.*, r.region, r.fertility, r.russian_share, r.wage_lcu, r.is_flooded, dice(place_chance, 'rural') < r.rural_share as is_rural
    from numbered as n
    asof join synth_region as r on dice(n.place_chance, 'region') >= r.share_from
),
classed as (
    select
        *,
        case when is_rural then 'village' when dice(place_chance, 'centre') < k_district_centre_share() and region not in ('71', '75', '79')
            then 'centre' else 'city' end as class,
        (case when is_offshoot or has_offshoot then $until_no - 1 - floor(dice(pair_chance, 'offshoot forms') * greatest(60, $until_no - $start_no)) end)
            ::integer as offshoot_no,
        dice(chance, 'kind') as kind_dice,
        dice(pair_chance, 'divorce') < k_offshoots_by_divorce() as is_divorce_pair,
    from located
),
kinded as (
    select
        *,
        case
            when is_offshoot then case when kind_dice < 0.35 then 'single' else 'family' end
            else kind_of(is_rural, kind_dice)
        end as kind,
    from classed
),
planned as (
    select
        *,
        fertility + case when is_rural then k_rural_fertility() else 0 end as further_children,
        kind in ('family', 'three_generation') and not is_offshoot
            and dice(chance, 'many children') < k_many_children() * (fertility + case when is_rural then k_rural_fertility() else 0 end) as has_many,
    from kinded
),
aged as (
    select
        *,
        has_offshoot and is_divorce_pair and kind in ('family', 'couple', 'three_generation') as divorces,
        case
            when has_many then 27 + 20 * dice(chance, 'age')
            when kind = 'elder' then 63 + 25 * dice(chance, 'age') * dice(chance, 'age again')
            when kind = 'elder_couple' then 62 + 20 * dice(chance, 'age')
            when kind = 'single' then 22 + 40 * dice(chance, 'age')
            when kind = 'couple' then 24 + 37 * dice(chance, 'age')
            when kind = 'single_parent' then 23 + 25 * dice(chance, 'age')
            else 22 + 30 * dice(chance, 'age')
        end - case when is_offshoot then 4 else 0 end as head_age,
    from planned
),
paired as (
    select *, is_offshoot and coalesce(lag(divorces) over (order by household_no), false) as is_divorced_partner
    from aged
),
ranked as (
    select d.*, floor(c.places * power(dice(d.place_chance, 'place'), 1.3))::integer as rank
    from paired as d
    join (select distinct region, class, places from synth_place) as c on c.region = d.region and c.class = d.class
)
select
    a.household_no,
    a.chance,
    family_number(a.household_no) as household_id,
    a.region,
    a.is_rural,
    a.russian_share,
    a.wage_lcu * case when a.is_rural then k_rural_pay() else 1 end as wage_lcu,
    a.is_flooded,
    p.area_code,
    p.settlement,
    p.area_code[1:4] as district,
    case when a.is_divorced_partner then 'single' else a.kind end as kind,
    a.is_divorced_partner,
    a.divorces,
    a.is_offshoot,
    a.offshoot_no,
    ($until_no - 24 - floor(12 * a.head_age))::integer as head_birth_no,
    case
        when a.is_divorced_partner then 0
        when a.has_many then 4 + floor(5 * power(dice(a.chance, 'children'), 1.8))
        when a.kind in ('family', 'three_generation') then
            1 + greatest(0, least(4, round(0.75 * a.further_children + 0.75 * sqrt(a.further_children) * bell(dice(a.chance, 'children')))))
        when a.kind = 'single_parent' then
            1 + greatest(0, least(5, round(0.6 * a.further_children + 0.7 * sqrt(a.further_children) * bell(dice(a.chance, 'children')))))
        else 0
    end::integer as planned_children,
    240 + floor(case when a.has_many then 48 else 84 end * dice(a.chance, 'first birth'))::integer as months_to_first_birth,
    22 + floor(case when a.has_many then 12 else 22 end * dice(a.chance, 'spacing'))::integer as months_between_births,
    exp(k_fragility_spread() * bell(dice(a.chance, 'fragility'))) as fragility,
    case when a.is_offshoot and a.offshoot_no >= $start_no - 12 then a.offshoot_no end as forms_no,
    case when dice(a.chance, 'emigration') < k_emigration_yearly() * 5 and not a.is_offshoot and not a.has_offshoot
        then ($until_no - floor(60 * dice(a.chance, 'emigration month')))::integer end as emigrates_no,
from ranked as a
join synth_place as p on p.region = a.region and p.class = a.class and p.rank = a.rank
order by a.household_no
