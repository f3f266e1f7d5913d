-- One row per curve, area (country, region, district) and days: spells for which the event came after so many days, and those last seen then.
-- `stay`: from the first day of a spell to its end; looked at from the gap before the register's last complete month, so that an end is
-- an end. `return`: from leaving to the first day of the next spell. Places without a complete register and spells whose
-- beginning is not seen are left out. Inputs: tsa_spell.
with stay as (
    select
        area_code,
        (least(until + 1, seen_until - $tsa_spell_gap_days::integer) - starts_on)::integer as days,
        until + 1 <= seen_until - $tsa_spell_gap_days::integer as is_event,
    from tsa_spell
    where is_start_seen and starts_on < seen_until - $tsa_spell_gap_days::integer
),
following as (
    select *, lead(starts_on) over (partition by household_key order by spell) as next_on
    from tsa_spell
),
back as (
    select
        area_code,
        (least(coalesce(next_on, seen_until), seen_until) - until - 1)::integer as days,
        coalesce(next_on < seen_until, false) as is_event,
    from following
    where has_ended and until >= seen_from and until + 1 < seen_until
),
both_curves as (
    select 'stay' as curve, * from stay
    union all
    select 'return' as curve, * from back
),
areas as (select unnest(['', left(area_code, 2), left(area_code, 4)]) as area, curve, days, is_event from both_curves)
select
    curve,
    area,
    days,
    count(*) filter (where is_event)::integer as events,
    count(*) filter (where not is_event)::integer as censored,
from areas
group by curve, area, days
