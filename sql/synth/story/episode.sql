-- One row per stretch of trouble: its household, perhaps its person, when it begins to show (begin_no), when income falls (fall_no), when
-- income is back (end_no), and what share of pay is left meanwhile. Inputs: synth_household, synth_person, synth_stay, synth_strike.
-- A person has at most one of each kind a year. Some troubles come without a sign (is_quiet), some signs without a fall (kind scare).
with year as (
    select y::integer as year from range(($start_no - 24) // 12, ($until_no - 1) // 12 + 1) as t(y)
),
worker as (
    select p.*, y.year
    from synth_person as p, year as y
    where p.work <> 'none' and y.year * 12 - p.birth_no between 216 and 755 and coalesce(p.dies_no, 99999) > y.year * 12
),
begun as (
    select household_no, person_no, chance, 'job_loss' as kind, year * 12 + floor(12 * dice(chance, 'job loss month', year)) as begin_no, year,
        2 + floor(6 * dice(chance, 'job loss delay', year)) as delay,
        2 + floor(10 * power(dice(chance, 'job loss length', year), 1.4)) as length,
        0.0 as pay_left
    from worker
    where work in ('formal', 'hidden', 'seasonal') and dice(chance, 'job loss', year) < k_job_loss_yearly() * fragility
    union all
    select household_no, person_no, chance, 'business', year * 12 + floor(12 * dice(chance, 'business month', year)), year,
        2 + floor(6 * dice(chance, 'business delay', year)), 3 + floor(9 * dice(chance, 'business length', year)),
        0.1 + 0.6 * dice(chance, 'business depth', year)
    from worker
    where work = 'self_employed' and dice(chance, 'business', year) < k_business_trouble_yearly() * fragility
    union all
    select household_no, person_no, chance, 'illness', year * 12 + floor(12 * dice(chance, 'illness month', year)), year,
        1 + floor(5 * dice(chance, 'illness delay', year)), 2 + floor(7 * dice(chance, 'illness length', year)),
        0.1 + 0.5 * dice(chance, 'illness depth', year)
    from worker
    where dice(chance, 'illness', year) < k_illness_yearly() * (0.5 + (year * 12 - birth_no) / 480.0)
    union all
    select household_no, person_no, chance, 'disability', year * 12 + floor(12 * dice(chance, 'disability month', year)), year,
        2 + floor(4 * dice(chance, 'disability delay', year)), 999, 0.15
    from worker
    where disability = 'none' and dice(chance, 'becomes disabled', year) < k_new_disability_yearly()
    union all
    select household_no, null, chance, 'scare', year * 12 + floor(12 * dice(chance, 'scare month', year)), year,
        2 + floor(6 * dice(chance, 'scare length', year)), 0, 1.0
    from synth_household, year
    where dice(chance, 'scare', year) < k_scare_yearly()
    union all
    select household_no, null, chance, 'divorce', offshoot_no - 5, 0, 5, 4, 1.0
    from synth_household
    where divorces
    union all
    select h.household_no, null, h.chance, s.kind, s.month_no, 0, s.delay, s.length, s.pay_left
    from synth_household as h
    join synth_strike as s on s.district = h.district
    where (h.is_rural or s.kind = 'flood') and dice(h.chance, 'struck', s.month_no) < s.share_struck * case when h.is_rural then 1 else 0.2 end
)
select
    b.household_no::integer as household_no,
    b.person_no,
    b.kind,
    b.begin_no::integer as begin_no,
    (b.begin_no + b.delay)::integer as fall_no,
    (b.begin_no + b.delay + b.length)::integer as end_no,
    b.pay_left,
    b.kind not in ('scare', 'divorce', 'flood', 'drought') and dice(b.chance, 'quiet', b.begin_no) < k_quiet_trouble() as is_quiet,
    row_number() over (partition by b.household_no order by b.begin_no, b.kind, b.person_no)::integer as episode,
from begun as b
where b.begin_no + b.delay < $until_no
order by b.household_no, episode
