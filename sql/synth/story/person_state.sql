-- One row per person and month in which the register's word on it changes, with the state from then on. Inputs: synth_stay, synth_person,
-- synth_episode, synth_birth, synth_household.
with change as (
    select person_no, greatest(from_no, $start_no) as month_no from synth_stay
    union
    select person_no, dies_no from synth_person where dies_no >= $start_no
    union
    select person_no, fall_no from synth_episode where person_no is not null and kind in ('job_loss', 'disability') and fall_no >= $start_no
    union
    select person_no, end_no from synth_episode where person_no is not null and kind = 'job_loss' and end_no >= $start_no
    union
    select mother_no, birth_no from synth_birth where birth_no >= $start_no
    union
    select mother_no, birth_no + months_at_home from synth_birth where birth_no + months_at_home >= $start_no
    union
    select p.person_no, t.no from synth_person as p, unnest([birth_no + 216, birth_no + 264, birth_no + pension_age(is_male)]) as t(no)
    where t.no >= $start_no
    union
    select other.person_no, least(gone.dies_no, case when h.divorces then h.offshoot_no end)
    from synth_person as other
    join synth_person as gone on gone.household_no = other.household_no and gone.place < 2 and other.place < 2 and gone.place <> other.place
    join synth_household as h on h.household_no = other.household_no
    where least(gone.dies_no, case when h.divorces then h.offshoot_no end) >= $start_no
    union
    select person_no, 24312 from synth_person where work = 'self_employed' and suspends and $start_no <= 24312
),
placed as (
    select c.person_no, c.month_no, s.household_no, s.from_no, s.place,
        row_number() over (partition by c.person_no order by c.month_no) = 1 as is_first,
    from change as c
    join synth_stay as s on s.person_no = c.person_no and c.month_no between s.from_no and s.until_no
    where c.month_no < $until_no
    qualify row_number() over (partition by c.person_no, c.month_no order by s.from_no desc) = 1
),
troubled as (
    select p.person_no, p.month_no,
        bool_or(e.kind = 'job_loss' and p.month_no < e.end_no) as is_jobless,
        bool_or(e.kind = 'disability') as is_disabled,
    from placed as p
    join synth_episode as e on e.person_no = p.person_no and e.kind in ('job_loss', 'disability') and p.month_no >= e.fall_no
    group by p.person_no, p.month_no
),
caring as (
    select distinct p.person_no, p.month_no
    from placed as p
    join synth_birth as b on b.mother_no = p.person_no and p.month_no >= b.birth_no and p.month_no < b.birth_no + b.months_at_home
),
partner as (
    select p.person_no, p.month_no, bool_or(coalesce(o.dies_no, 99999) <= p.month_no) as is_widowed,
        bool_or(h.divorces and h.offshoot_no <= p.month_no) as is_divorced,
    from placed as p
    join synth_person as me on me.person_no = p.person_no and me.place < 2
    join synth_person as o on o.household_no = me.household_no and o.place < 2 and o.place <> me.place
    join synth_household as h on h.household_no = me.household_no
    group by p.person_no, p.month_no
)
select
    p.person_no,
    p.month_no,
    p.household_no,
    p.from_no,
    p.is_first,
    case
        when p.place = 0 then 'head'
        when p.place = 1 then case when r.is_widowed or r.is_divorced then 'head' else 'spouse' end
        when p.place in (2, 3) then 'parent'
        else 'child'
    end as role,
    case
        when p.month_no - q.birth_no < 216 or q.place >= 4 then 'single'
        when r.is_divorced then 'divorced'
        when r.is_widowed then 'widowed'
        when r.person_no is not null then 'married'
        when q.kind = 'single_parent' then case when dice(q.chance, 'alone since') < 0.55 then 'divorced' when dice(q.chance, 'alone since') < 0.75 then 'widowed' else 'single' end
        when q.kind = 'elder' or q.place = 2 then 'widowed'
        when q.place = 3 then 'married'
        else 'single'
    end as marital_status,
    case
        when p.month_no - q.birth_no < 84 then 'none'
        when p.month_no - q.birth_no < 180 then 'primary'
        when p.month_no - q.birth_no < 252 and q.adult_education not in ('none', 'primary') then 'secondary'
        else q.adult_education
    end as education,
    case when t.is_disabled then '3'
        when q.disability = 'child' and p.month_no - q.birth_no >= 216 then '2'
        else q.disability end as disability,
    case
        when p.month_no - q.birth_no < 192 then null
        when p.month_no - q.birth_no >= pension_age(q.is_male) then 'pensioner'
        when p.month_no - q.birth_no < case when q.studies_to_22 then 264 else 216 end then 'student'
        when c.person_no is not null then 'carer'
        when t.is_jobless or t.is_disabled then 'unemployed'
        when q.work = 'formal' then 'hired'
        when q.work = 'self_employed' then 'self_employed'
        when q.work = 'seasonal' then 'seasonal'
        when q.work = 'hidden' and dice(q.chance, 'how hidden') < 0.4 then 'unemployed'
        when q.work = 'hidden' and dice(q.chance, 'how hidden') < 0.6 then 'self_employed'
        else 'inactive'
    end as employment,
    case
        when q.work <> 'self_employed' or p.month_no - q.birth_no < 222 then 'none'
        when q.suspends and p.month_no >= 24312 then 'suspended'
        when dice(q.chance, 'founder') < 0.06 then 'founder'
        when dice(q.chance, 'trader') < 0.55 or q.suspends then 'sole_trader'
        else 'none'
    end as business,
    case when q.dies_no <= p.month_no then greatest(q.birth_date, day_in(q.dies_no, dice(q.chance, 'day of death'))) end as died_on,
from placed as p
join synth_person as q on q.person_no = p.person_no
left join troubled as t on t.person_no = p.person_no and t.month_no = p.month_no
left join caring as c on c.person_no = p.person_no and c.month_no = p.month_no
left join partner as r on r.person_no = p.person_no and r.month_no = p.month_no
order by p.person_no, p.month_no
