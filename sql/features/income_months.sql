-- One row per household: registered income of the last 24 months in one pass, counted back from the register's clock.
-- `amounts` holds counting income of months 1 to 15 back; masks have bit 0 for month 1 back. Not features themselves: other families read them.
-- Inputs: cohort, observed_income_since, known_income, coverage_window, reference_income_kind.
with paid as (
    select
        household_key,
        kind,
        amount_lcu,
        recorded_at,
        date_diff('month', month, $income_until::date) - 1 as back,
        kind::varchar not in (select kind from reference_income_kind where not counts) as counts,
    from known_income($as_of, $snapshot)
    where month < $income_until::date and month >= $income_until::date - interval 24 months
),
summed as (
    select
        household_key,
        [
            sum(amount_lcu) filter (where counts and back = 0), sum(amount_lcu) filter (where counts and back = 1),
            sum(amount_lcu) filter (where counts and back = 2), sum(amount_lcu) filter (where counts and back = 3),
            sum(amount_lcu) filter (where counts and back = 4), sum(amount_lcu) filter (where counts and back = 5),
            sum(amount_lcu) filter (where counts and back = 6), sum(amount_lcu) filter (where counts and back = 7),
            sum(amount_lcu) filter (where counts and back = 8), sum(amount_lcu) filter (where counts and back = 9),
            sum(amount_lcu) filter (where counts and back = 10), sum(amount_lcu) filter (where counts and back = 11),
            sum(amount_lcu) filter (where counts and back = 12), sum(amount_lcu) filter (where counts and back = 13),
            sum(amount_lcu) filter (where counts and back = 14)
        ] as amounts,
        sum(amount_lcu) filter (where kind = 'wage' and counts and back < 6) as wage_6m_lcu,
        sum(amount_lcu) filter (where kind = 'pension' and counts and back < 6) as pension_6m_lcu,
        sum(amount_lcu) filter (where kind = 'benefit' and counts and back < 6) as benefit_6m_lcu,
        sum(amount_lcu) filter (where kind = 'self_employment' and back < 3) as self_employment_3m_lcu,
        count(distinct kind) filter (where amount_lcu > 0 and back < 6) as sources_6m,
        bit_or(1::bigint << back) filter (where amount_lcu > 0) as income_mask,
        bit_or(1::bigint << back) filter (where amount_lcu > 0 and kind = 'wage') as wage_mask,
        bit_or(1::bigint << back) as row_mask,
        max(recorded_at)::date as newest_recorded_on,
    from paid
    group by household_key
),
joined as (
    select
        h.household_key,
        s.* exclude (household_key),
        coalesce(c.covered, 0) & window_mask(
            least(36, greatest(0, date_diff('month', date_trunc('month', l.since + interval 1 month - interval 1 day), $income_until::date)))::bigint, 0
        ) as lived_mask,
        coalesce(c.by_row, 0) & coalesce(s.row_mask, 0) as surveyed_mask,
        coalesce(c.covered, 0) = 0 and coalesce(c.by_row, 0) <> 0 as is_surveyed,
    from cohort as h
    join observed_income_since('cohort', $as_of, $snapshot) as l on l.household_key = h.household_key
    left join summed as s on s.household_key = h.household_key
    left join coverage_window as c on c.area_code = h.area_code and c.table_name = 'income'
)
select
    household_key,
    [coalesce(amount, 0)::bigint for amount in coalesce(amounts, [null for i in range(15)])] as amounts,
    coalesce(wage_6m_lcu, 0)::bigint as wage_6m_lcu,
    coalesce(pension_6m_lcu, 0)::bigint as pension_6m_lcu,
    coalesce(benefit_6m_lcu, 0)::bigint as benefit_6m_lcu,
    coalesce(self_employment_3m_lcu, 0)::bigint as self_employment_3m_lcu,
    coalesce(sources_6m, 0) as sources_6m,
    coalesce(income_mask, 0) as income_mask,
    coalesce(wage_mask, 0) as wage_mask,
    lived_mask | surveyed_mask as observed_mask,
    is_surveyed,
    newest_recorded_on,
from joined
