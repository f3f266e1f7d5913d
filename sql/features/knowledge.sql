-- One row per household: how much registers know of it, how old that is, and the confidence that follows.
-- Registers behind consent and signals never count here: a refusal must not show.
-- confidence = sum(weight x freshness) / sum(weight) over income, composition and those other registers that the deployment covers at all.
-- Freshness: 1 when the register's last complete month is observed for the household, less a twelfth for each month that it lies further
-- back, 0 when nothing is observed. Composition without coverage: 1 while its newest record is a year old at most, then falling to 0 over two years.
-- Inputs: cohort, coverage_window, coverage_clock, features_* with `newest_recorded_on`.
with registers as (
    select
        h.household_key,
        h.since,
        i.observed_mask as income_observed,
        q.income_per_capita_q0_lcu is not null as is_q0_observed,
        i.newest_recorded_on as income_on,
        coalesce(p.newest_recorded_on, d.newest_recorded_on) as person_on,
        c.newest_recorded_on as credit_on,
        u.newest_recorded_on as utility_on,
        s.newest_recorded_on as schooling_on,
        m.newest_recorded_on as health_on,
        a.newest_recorded_on as asset_on,
        b.newest_recorded_on as benefit_on,
        l.newest_recorded_on as level_on,
        o.newest_recorded_on as observation_on,
        h.area_code,
    from cohort as h
    join features_income_months as i on i.household_key = h.household_key
    join features_income_level as q on q.household_key = h.household_key
    join features_composition as p on p.household_key = h.household_key
    join features_dwelling as d on d.household_key = h.household_key
    join features_credit as c on c.household_key = h.household_key
    join features_utility as u on u.household_key = h.household_key
    join features_schooling as s on s.household_key = h.household_key
    join features_health as m on m.household_key = h.household_key
    join features_asset as a on a.household_key = h.household_key
    join features_assistance as b on b.household_key = h.household_key
    join features_level as l on l.household_key = h.household_key
    join features_observation as o on o.household_key = h.household_key
),
weights as (
    select unnest(['credit', 'utility', 'schooling', 'health', 'asset', 'benefit', 'level']) as table_name, 0.05 as weight
),
place_freshness as (
    select
        p.area_code,
        sum(w.weight * greatest(0, 12 - coalesce(bit_count((c.covered & -c.covered) - 1), 12)))::decimal(9, 4) as twelfths,
        sum(w.weight)::decimal(9, 4) as weight,
    from (select distinct area_code from cohort) as p
    cross join weights as w
    join coverage_clock as k on k.table_name = w.table_name
    left join coverage_window as c on c.area_code = p.area_code and c.table_name = w.table_name and c.covered <> 0
    group by p.area_code
),
person_coverage as (
    select area_code, bit_count((covered & -covered) - 1) as back
    from coverage_window
    where table_name = 'person' and covered <> 0
),
fresh as (
    select
        r.*,
        case when r.income_observed = 0 then 0 else greatest(0, 12 - bit_count((r.income_observed & -r.income_observed) - 1)) end as income_twelfths,
        case
            when r.person_on is null then 0
            when c.back is not null then greatest(0, 12 - c.back)
            else greatest(0, least(12, 12 - (date_sub('month', r.person_on, $as_of::date) - 12) / 2))
        end as person_twelfths,
        coalesce(f.twelfths, 0) as other_twelfths,
        coalesce(f.weight, 0) as other_weight,
    from registers as r
    left join place_freshness as f on f.area_code = r.area_code
    left join person_coverage as c on c.area_code = r.area_code
),
scored as (
    select
        *,
        ((income_twelfths * 0.4 + person_twelfths * 0.25 + other_twelfths) / 12)::double / (0.65 + other_weight)::double as confidence,
    from fresh
)
select
    household_key,
    1
    + (income_on is not null)::integer
    + (credit_on is not null)::integer
    + (utility_on is not null)::integer
    + (schooling_on is not null)::integer
    + (health_on is not null)::integer
    + (asset_on is not null)::integer
    + (benefit_on is not null)::integer
    + (level_on is not null)::integer
    + (observation_on is not null)::integer as registers_known,
    $as_of::date - greatest(income_on, person_on, credit_on, utility_on, schooling_on, health_on, asset_on, benefit_on, level_on, observation_on)
        as days_since_newest_record,
    $as_of::date - income_on as days_since_income_record,
    $as_of::date - person_on as days_since_person_record,
    $as_of::date - credit_on as days_since_credit_record,
    $as_of::date - utility_on as days_since_utility_record,
    $as_of::date - schooling_on as days_since_schooling_record,
    $as_of::date - health_on as days_since_health_record,
    $as_of::date - asset_on as days_since_asset_record,
    $as_of::date - benefit_on as days_since_benefit_record,
    $as_of::date - level_on as days_since_level_record,
    $as_of::date - observation_on as days_since_observation_record,
    confidence,
    case
        when not is_q0_observed and since > $q0::date then 'too_new'
        when income_observed = 0 then 'no_income_register'
        when (income_observed & window_mask(6, 0)) = 0 or confidence < 0.5 then 'stale_registers'
    end as unknown_reason,
from scored
