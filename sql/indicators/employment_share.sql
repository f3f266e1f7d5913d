-- One row per recipient family outside villages: x of n able-bodied members work. Unknown: whether somebody is able-bodied or works, or where
-- the family lives. Inputs: recipient_adult.
select
    household_key,
    count(*) filter (where is_able_bodied and not is_rural and is_working) as x,
    count(*) filter (where is_able_bodied and not is_rural and is_working is not null) as n,
    0 as y,
    0 as m,
    count(*) filter (where is_able_bodied is null or is_rural is null or is_working is null) as unknown,
from recipient_adult
where coalesce(is_able_bodied, true) and not coalesce(is_rural, false)
group by household_key
