-- life_event: what registers hear of births, deaths of earners, divorces, lost jobs, illness, disability and moves abroad. Inputs:
-- synth_episode, synth_birth, synth_person, synth_stay, synth_household.
with event as (
    select e.household_no, e.person_no, e.kind, e.fall_no as month_no, case when e.end_no < $until_no then e.end_no end as end_no, e.episode as number,
        0.85 as known
    from synth_episode as e
    join synth_person as p on p.person_no = e.person_no
    where e.kind in ('illness', 'disability') or (e.kind = 'job_loss' and p.work = 'formal')
    union all
    select household_no, null, 'divorce', fall_no, null, episode, 1 from synth_episode where kind = 'divorce'
    union all
    select household_no, person_no, 'birth', birth_no, null, 1000 + place, 1 from synth_birth
    union all
    select p.household_no, p.person_no, 'death_of_earner', p.dies_no, null, 2000 + p.place, 1
    from synth_person as p
    where p.work <> 'none' and p.dies_no - p.birth_no between 216 and 756
    union all
    select household_no, null, 'migration', emigrates_no, null, 3000, 1 from synth_household where emigrates_no < $until_no
    union all
    select household_no, null, 'eviction', begin_no + 4, null, 4000 + episode, 0.03 from synth_episode where kind = 'job_loss' and begin_no + 4 < $until_no
    union all
    select household_no, null, 'violence_report', begin_no + 1, null, 5000 + episode, 0.12 from synth_episode where kind in ('divorce', 'scare')
    union all
    select household_no, null, 'release', month_no, null, 6000 + month_no - $start_no, 0.0012
    from synth_household, range($start_no, $until_no) as t(month_no)
    where month_no % 12 = household_no % 12
)
select
    h.household_id,
    v.kind || '-' || v.number as event_id,
    p.person_id,
    v.kind,
    day_in(v.month_no, dice(h.chance, 'event day', v.number)) as happened_on,
    case when v.kind in ('illness', 'job_loss') then first_day(v.end_no) - 1 + 28 end as ended_on,
    case when v.kind in ('illness', 'job_loss') and v.end_no is not null
        then after_day(first_day(v.end_no) + 28, 2 + floor(9 * dice(h.chance, 'event days', v.number)), dice(h.chance, 'hour'))
        else after_day(day_in(v.month_no, dice(h.chance, 'event day', v.number)), 1 + floor(20 * dice(h.chance, 'event days', v.number)), dice(h.chance, 'hour'))
        end as recorded_at,
    case v.kind when 'job_loss' then 'employment service' when 'illness' then 'health register' when 'disability' then 'social protection'
        when 'violence_report' then 'interior' when 'release' then 'interior' else 'civil registry' end as source,
from event as v
join synth_household as h on h.household_no = v.household_no
left join synth_person as p on p.person_no = v.person_no
where v.month_no >= $start_no and v.month_no < $until_no and dice(h.chance, 'event is known', v.number * 32 + v.month_no) < v.known
    and exists (select 1 from synth_stay as s where s.household_no = v.household_no and v.month_no between s.from_no and s.until_no)
order by v.household_no, v.number, v.kind
