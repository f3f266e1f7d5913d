-- One row per household and month under strain, 0 to 1: it rises before the fall, holds while income is down, fades after.
-- Inputs: synth_episode.
with stretched as (
    select household_no, is_quiet, begin_no, fall_no, end_no, kind,
        unnest(range(case when is_quiet then fall_no else begin_no end, least(end_no, fall_no + 12) + 2)) as month_no,
    from synth_episode
)
select
    household_no,
    month_no::integer as month_no,
    max(case
        when month_no < fall_no then 0.5 + 0.5 * (month_no - begin_no + 1) / (fall_no - begin_no)
        when month_no < end_no then 1.0
        else 0.5 end * case when kind = 'scare' then 0.85 else 1 end) as strain,
    min(case when is_quiet then fall_no else begin_no end)::integer as since_no,
from stretched
where month_no >= $start_no - 12 and month_no < $until_no
group by household_no, month_no
order by household_no, month_no
