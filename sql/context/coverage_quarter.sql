-- One row per place and quarter of the last 36 months in which income is complete, or that a survey covers in part (`by_row`).
-- Inputs: coverage_window, coverage_clock.
select c.area_code, q.quarter::date as quarter, (c.covered & q.mask) <> q.mask as by_row,
from coverage_window as c
join (
    select quarter, 7::bigint << (date_diff('month', quarter, month_until) - 3) as mask
    from (
        select month_until, unnest(generate_series(
            date_trunc('quarter', month_until) - interval 33 months, date_trunc('quarter', month_until) - interval 3 months, interval 3 months
        )) as quarter
        from coverage_clock
        where table_name = 'income'
    )
) as q on (c.covered & q.mask) = q.mask or (c.by_row & q.mask) <> 0
where c.table_name = 'income'
