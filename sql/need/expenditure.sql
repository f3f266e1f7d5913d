-- One row per category and household of which every adult consents and whose spending is complete in the reference quarter. `counted_lcu`:
-- month by month what a third party verified, else what the family declared, 0 where there is neither; declared and verified sums are null
-- without a row of theirs. Inputs: cohort, need_consent, known_expenditure, coverage_window, coverage_clock.
with consenting as (
    select h.household_key
    from cohort as h
    join need_consent as g on g.household_key = h.household_key and g.to_spending
    join coverage_clock as k on k.table_name = 'expenditure'
    join coverage_window as c on c.area_code = h.area_code and c.table_name = k.table_name
    where (c.covered & period_mask($q0, 3, k.month_until)) = period_mask($q0, 3, k.month_until)
),
monthly as (
    select
        household_key,
        category::varchar as category,
        month,
        max(amount_lcu) filter (where basis = 'declared') as declared_lcu,
        max(amount_lcu) filter (where basis = 'verified') as verified_lcu,
        max(verified_by::varchar) filter (where basis = 'verified') as verified_by,
    from known_expenditure($as_of, $snapshot)
    where month >= $q0::date and month < $q0::date + interval 3 months
    group by household_key, category, month
),
summed as (
    select
        household_key,
        category,
        sum(declared_lcu)::bigint as declared_lcu,
        sum(verified_lcu)::bigint as verified_lcu,
        sum(coalesce(verified_lcu, declared_lcu))::bigint as counted_lcu,
        (sum(coalesce(verified_lcu, declared_lcu)) filter (where month = $q0::date + interval 2 months))::bigint as last_month_lcu,
        -- The other reading of the same months: what would count if the family's word held, or if nothing unverified did.
        sum(case when declared_lcu is not null and verified_lcu is not null then declared_lcu else coalesce(verified_lcu, 0) end)::bigint as otherwise_lcu,
        count(*) filter (where declared_lcu is not null and verified_lcu is null) as declared_only_months,
        string_agg(distinct verified_by, ',' order by verified_by) as verified_by,
    from monthly
    group by household_key, category
)
select
    c.household_key,
    n.category,
    s.declared_lcu,
    s.verified_lcu,
    coalesce(s.counted_lcu, 0)::bigint as counted_lcu,
    coalesce(s.last_month_lcu, 0)::bigint as last_month_lcu,
    coalesce(s.otherwise_lcu, 0)::bigint as otherwise_lcu,
    coalesce(s.declared_only_months, 0)::integer as declared_only_months,
    s.verified_by,
from consenting as c
cross join (select unnest(['food', 'housing', 'medical', 'education', 'transport', 'clothing', 'other']) as category) as n
left join summed as s on s.household_key = c.household_key and s.category = n.category
