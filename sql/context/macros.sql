-- Macros that features, district context and labels share. Months are counted back from a register's own clock:
-- bit 0 of a mask is its last complete month, bit 1 the month before.

-- Whoever was born by this day has on `day` reached an age in years, which may be half ones.
create or replace temp macro born_by(day, age) as (day::date - to_months(round(12 * age::decimal(9, 2))::integer))::date;

-- The mask of `months` months, the last of which is `skipped` months before the clock.
create or replace temp macro window_mask(months, skipped) as ((1::bigint << months) - 1) << skipped;

-- Months observed in a window, or null: a register must have all of them, a survey speaks by the rows that it has.
create or replace temp macro months_observed(observed, surveyed, mask) as
case
    when (observed & mask) = mask then bit_count(mask)::integer
    when surveyed and (observed & mask) <> 0 then bit_count(observed & mask)::integer
end;

-- A counted thing: rows that are known count everywhere, none means 0 only where the register is complete.
create or replace temp macro known_or_zero(counted, is_covered) as
case when counted > 0 then counted when is_covered then 0 end;

-- Whether any of a household's persons is so: one who is known to be says yes, one of whom it is unknown leaves it unknown, else no.
create or replace temp macro any_known(positive, unknown) as
case when positive > 0 then true when unknown = 0 then false end;

-- A burden against income, 10 at most; also 10 when there is a burden and no income.
create or replace temp macro burden(amount, income) as
case when amount is null or income is null then null when amount <= 0 then 0.0 when amount >= income * 10 then 10.0 else amount::double / income end;

-- Relative change, 10 at most: -0.5 is halved. From nothing to something is 10, from nothing to nothing 0.
create or replace temp macro relative_change(amount, before) as
case
    when amount is null or before is null then null
    when before = 0 then case when amount = 0 then 0.0 else 10.0 end
    else least(10.0, amount / before - 1)
end;

-- One row per household of a cohort: the first day from which a month without income means none. A household without a date of its own has
-- lived as one at least since its first income: a register's first delivery may bring years at once.
create or replace temp macro observed_income_since(cohort_name, as_of, snapshot) as table
with households as (
    select household_key, since, is_dated from query_table(cohort_name)
),
first_income as (
    select i.household_key, min(i.month) as month
    from known_income(as_of, snapshot) as i
    semi join (select household_key from households where not is_dated) as u on u.household_key = i.household_key
    group by i.household_key
)
select h.household_key, least(h.since, f.month) as since
from households as h
left join first_income as f on f.household_key = h.household_key;

-- One row per household of a cohort and quarter in which its income was observed: counting income and the months it speaks of.
create or replace temp macro observed_quarter_income(cohort_name, coverage_name, as_of, snapshot, from_quarter, until_quarter) as table
with quarters as (
    select h.household_key, q.quarter, q.by_row
    from query_table(cohort_name) as h
    join observed_income_since(cohort_name, as_of, snapshot) as s on s.household_key = h.household_key
    join query_table(coverage_name) as q on q.area_code = h.area_code
    where q.quarter >= from_quarter and q.quarter < until_quarter and (q.by_row or q.quarter >= s.since)
),
sums as (
    select
        household_key,
        date_trunc('quarter', month)::date as quarter,
        sum(amount_lcu) filter (where kind::varchar not in (select kind from reference_income_kind where not counts)) as income_lcu,
        bit_count(bit_or(1 << (month(month) % 3)::integer))::integer as months,
    from known_income(as_of, snapshot)
    where month >= from_quarter and month < until_quarter
    group by household_key, date_trunc('quarter', month)
)
select
    q.household_key,
    q.quarter,
    coalesce(s.income_lcu, 0)::bigint as income_lcu,
    case when q.by_row then s.months else 3 end as months,
from quarters as q
left join sums as s on s.household_key = q.household_key and s.quarter = q.quarter
where not q.by_row or s.months is not null;

-- Households on TSA on the day itself: a granted spell of it runs.
create or replace temp macro known_tsa_recipients(as_of, snapshot) as table
select distinct household_key
from known_benefit(as_of, snapshot)
where kind in ('tsa_unconditional', 'tsa_conditional')
    and decision = 'granted'
    and starts_on <= as_of::date
    and (ends_on is null or ends_on >= as_of::date);

-- One row per TSA spell known on a day: grants that begin by it, less than 92 days apart, are one spell.
create or replace temp macro known_tsa_spells(known_on, snapshot) as table
with grants as (
    select
        household_key,
        application_id,
        starts_on,
        coalesce(ends_on, date '9999-12-31') as until,
        max(coalesce(ends_on, date '9999-12-31')) over (
            partition by household_key order by starts_on, ends_on, application_id rows between unbounded preceding and 1 preceding
        ) as until_before,
    from known_benefit(known_on, snapshot)
    where kind in ('tsa_unconditional', 'tsa_conditional') and decision = 'granted' and starts_on <= known_on
),
numbered as (
    select
        *,
        sum(case when until_before is null or starts_on - until_before >= 92 then 1 else 0 end) over (
            partition by household_key order by starts_on, until, application_id
        ) as spell,
    from grants
)
select household_key, min(starts_on) as starts_on, max(until) as until
from numbered
group by household_key, spell;
