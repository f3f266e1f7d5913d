-- One row per household that got help in [as_of, horizon_until), as known at label_as_of: an allowance granted, a measure of employment begun or
-- a plan signed. What happened to it afterwards is no longer what would have happened without help.
select household_key
from known_benefit($label_as_of, $snapshot)
where decision = 'granted' and kind in ('tsa_unconditional', 'tsa_conditional', 'housing_aid', 'other')
    and starts_on >= $as_of::date and starts_on < $horizon_until::date
union
select household_key
from known_employment_measure($label_as_of, $snapshot)
where started_on >= $as_of::date and started_on < $horizon_until::date
union
select household_key
from known_plan($label_as_of, $snapshot)
where signed_on >= $as_of::date and signed_on < $horizon_until::date
