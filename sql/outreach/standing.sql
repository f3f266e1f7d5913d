-- One row per living household: its tier, what the tier rests on, and what orders it within the tier.
-- Inputs: features, rules_met (rules met by tier), score (probability; empty without a model); thresholds and seed of the policy.
with household as (
    select
        f.household_id,
        f.area_code,
        coalesce(f.district_code, f.region_code, f.area_code) as district_code,
        f.confidence,
        f.unknown_reason,
        (coalesce(f.is_below_line, false) or coalesce(f.is_below_subsistence, false)) and f.tsa_active is not true as is_need,
        greatest(1 - f.income_to_subsistence_ratio, 1 - f.income_to_line_ratio) as depth,
        case when f.tsa_active is not true and f.unknown_reason is null
            and not coalesce(f.is_below_line, false) and not coalesce(f.is_below_subsistence, false)
            then s.probability end as risk,
        r.emergency,
        r.high,
        r.elevated,
        r.watch,
    from features as f
    join rules_met as r on r.household_id = f.household_id
    left join score as s on s.household_id = f.household_id
),
tiered as (
    select
        *,
        case
            when emergency > 0 then 'emergency'
            when is_need or risk >= $high or high > 0 then 'high'
            when risk >= $elevated or elevated > 0 then 'elevated'
            when risk >= $watch or watch > 0 then 'watch'
            when unknown_reason is not null then 'unknown'
            else 'none'
        end as tier,
    from household
)
select
    household_id,
    area_code,
    district_code,
    confidence,
    unknown_reason,
    tier,
    case
        when tier = 'emergency' then 'emergency_rule'
        when tier = 'high' and is_need then 'need'
        when (tier = 'high' and high > 0) or (tier = 'elevated' and elevated > 0) or (tier = 'watch' and watch > 0) then 'rule'
        when tier not in ('unknown', 'none') then 'risk'
    end as basis,
    case when is_need then depth end as need_depth,
    risk,
    tier = 'high' and coalesce(risk >= $high, false) as is_high_risk,
    row_number() over (
        order by
            case tier when 'emergency' then 1 when 'high' then 2 when 'elevated' then 3 when 'watch' then 4 when 'unknown' then 5 else 6 end,
            emergency desc,
            is_need desc,
            case when is_need then depth end desc nulls last,
            risk desc nulls last,
            high desc,
            elevated desc,
            watch desc,
            sha256($seed || '|' || household_id),
            household_id
    )::integer as place,
from tiered
