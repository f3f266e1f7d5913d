-- plan: the social contract that comes with a first conditional grant; its last state. Inputs: synth_plan.
select
    household_id,
    plan_id,
    'social_contract' as kind,
    signed_on,
    ends_on,
    status,
    recorded_at,
    'social protection' as source,
from synth_plan
order by household_no, plan_id
