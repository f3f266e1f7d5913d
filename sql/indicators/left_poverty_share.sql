-- One row per family whose spell of assistance is seen to have ended in the year before as_of: x 1 when it is not on TSA now and its registered
-- income of the reference quarter reached the poverty line, n 1 where that is known. Inputs: tsa_spell, recipient, quarter_income, cohort.
with leavers as (
    select distinct s.household_key
    from tsa_spell as s
    semi join cohort as h on h.household_key = s.household_key
    where s.has_ended and s.until + $tsa_spell_gap_days::integer > $as_of::date - interval 12 months
)
select
    l.household_key,
    (r.household_key is null and not coalesce(i.is_below_line, true))::integer as x,
    (r.household_key is not null or i.is_below_line is not null)::integer as n,
    0 as y,
    0 as m,
    (r.household_key is null and i.is_below_line is null)::integer as unknown,
from leavers as l
left join recipient as r on r.household_key = l.household_key
left join (select * from quarter_income where back = 0) as i on i.household_key = l.household_key
