-- One row per household of which every adult consents to spending, to bank data, or to both. Inputs: cohort, known_consent_given.
with scopes as (
    select household_key, true as to_spending, false as to_bank
    from known_consent_given('expenditure', $as_of, $snapshot)
    union all
    select household_key, false, true
    from known_consent_given('bank', $as_of, $snapshot)
)
select s.household_key, bool_or(s.to_spending) as to_spending, bool_or(s.to_bank) as to_bank
from scopes as s
semi join cohort as h on h.household_key = s.household_key
group by s.household_key
