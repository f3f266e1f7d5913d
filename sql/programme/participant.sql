-- One row per living household that was on TSA on a day of the year before as_of (`is_now`) or of the year before that (`was_before`).
-- Inputs: cohort, tsa_spell.
select
    h.household_key,
    bool_or(s.until >= $as_of::date - interval 12 months) as is_now,
    bool_or(s.starts_on < $as_of::date - interval 12 months and s.until >= $as_of::date - interval 24 months) as was_before,
from tsa_spell as s
join cohort as h on h.household_key = s.household_key
where s.until >= $as_of::date - interval 24 months and s.starts_on < $as_of::date
group by h.household_key
