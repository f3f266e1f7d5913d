-- consent: each adult of a household is asked, by SMS from 1414, for bank data and for spending; answers within a working day. Where a family
-- does not consent, at least one adult says no or nothing. Inputs: synth_asked, synth_stay, synth_person.
with adult as (
    select a.*, p.person_no, p.person_id, p.chance as own,
        row_number() over (partition by a.household_no order by s.place, p.person_no) as adult,
        count(*) over (partition by a.household_no) as adults,
    from synth_asked as a
    join synth_stay as s on s.household_no = a.household_no and a.month_no >= s.from_no and a.month_no < s.until_no
    join synth_person as p on p.person_no = s.person_no
    where p.birth_date <= a.asked_on - interval 18 years
),
event as (
    select *, 'asked' as state, after_day(asked_on, 0, dice(chance, 'asked hour')) as moment, 0 as step from adult
    union all
    select *,
        case when consents or (adult <> 1 + floor(adults * dice(chance, 'who says no')) and dice(own, 'says yes') < 0.5) then 'given'
            when dice(own, 'silent') < 0.55 then 'no_answer' else 'refused' end,
        after_day(asked_on, 0, dice(chance, 'asked hour')) + to_minutes((20 + floor(1200 * dice(own, 'answers')))::integer), 1
    from adult
    union all
    select *, 'withdrawn', after_day(asked_on, 60 + floor(300 * dice(own, 'withdraws on')), dice(own, 'hour')), 2
    from adult
    where consents and dice(own, 'withdraws') < 0.02
)
select
    e.person_id,
    s.scope,
    e.moment as "at",
    e.state,
    'sms_1414' as channel,
    '2025-1' as text_version,
    e.moment + interval 5 minutes as recorded_at,
    'consent service' as source,
from event as e, (values ('bank'), ('expenditure')) as s(scope)
where e.moment < first_day($until_no)
order by e.person_no, s.scope, e.moment
