-- One row per recipient family: x of n able-bodied members are registered as sole traders, those with suspended activity among them.
-- Inputs: recipient_adult.
select
    household_key,
    count(*) filter (where is_able_bodied and is_sole_trader) as x,
    count(*) filter (where is_able_bodied and is_sole_trader is not null) as n,
    0 as y,
    0 as m,
    count(*) filter (where is_able_bodied is null or is_sole_trader is null) as unknown,
from recipient_adult
where coalesce(is_able_bodied, true)
group by household_key
