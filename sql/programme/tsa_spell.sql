-- One row per household and spell of assistance that began by as_of: granted TSA, grants fewer than $tsa_spell_gap_days days apart being one.
-- `until`: its last day, 9999-12-31 when open. `days`: from its first day to its last one, or to as_of. `has_ended`: the register is complete
-- for the whole gap after it, and nothing followed. `is_start_seen`: the register is complete for the gap before it, so that it began then.
-- Inputs: known_benefit, known_household, benefit_seen.
with grants as (
    select
        household_key,
        application_id,
        starts_on,
        coalesce(ends_on, date '9999-12-31') as until,
        max(coalesce(ends_on, date '9999-12-31')) over (
            partition by household_key order by starts_on, ends_on, application_id rows between unbounded preceding and 1 preceding
        ) as until_before,
    from known_benefit($as_of, $snapshot)
    where kind in ('tsa_unconditional', 'tsa_conditional') and decision = 'granted' and starts_on <= $as_of::date
),
numbered as (
    select
        *,
        sum(case when until_before is null or starts_on - until_before >= $tsa_spell_gap_days::integer then 1 else 0 end) over (
            partition by household_key order by starts_on, until, application_id
        )::integer as spell,
    from grants
),
spells as (
    select household_key, spell, min(starts_on) as starts_on, max(until) as until,
    from numbered
    group by household_key, spell
)
select
    s.household_key,
    s.spell,
    s.starts_on,
    s.until,
    h.area_code,
    (least(s.until, $as_of::date - 1) - s.starts_on + 1)::integer as days,
    s.until >= $as_of::date as is_running,
    s.until < $as_of::date and coalesce(s.until + $tsa_spell_gap_days::integer <= c.seen_until, false) as has_ended,
    coalesce(s.starts_on - $tsa_spell_gap_days::integer >= c.seen_from, false) as is_start_seen,
    c.seen_from,
    c.seen_until,
from spells as s
join known_household($as_of, $snapshot) as h on h.household_key = s.household_key
left join benefit_seen as c on c.area_code = h.area_code
