-- One row per month of the last three in which school was held: of the twelve complete months before the register's clock, those with at
-- least half as many rows as the fullest of them. So holidays, whenever they are, do not look like absence. Inputs: known_schooling.
with months as (
    select month, count(*) as pupils
    from known_schooling($as_of, $snapshot)
    where month < $schooling_until::date and month >= $schooling_until::date - interval 12 months
    group by month
)
select month, 1::bigint << (date_diff('month', month, $schooling_until::date) - 1) as mask
from months
where pupils * 2 >= (select max(pupils) from months)
order by month desc
limit 3
