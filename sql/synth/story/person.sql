-- One row per person: number, sex, birth, death, schooling, health, work and pay. Inputs: synth_household.
-- Places in the household: 0 head, 1 spouse, 2 and 3 parents, 4 to 12 children by birth. person_no = household_no * 16 + place.
with numbered as (
    select h.*, s.place::integer as place, (h.household_no * 16 + s.place)::integer as person_no, chance_of(h.chance, s.place + 1) as own
    from synth_household as h, range(13) as s(place)
    where case
        when s.place = 0 then not h.is_divorced_partner
        when s.place = 1 then h.kind in ('couple', 'elder_couple', 'family', 'three_generation')
        when s.place = 2 then h.kind = 'three_generation'
        when s.place = 3 then h.kind = 'three_generation' and dice(h.chance, 'both parents') < 0.45
        else s.place - 4 < h.planned_children
    end
),
born as (
    select
        *,
        case
            when place = 0 then head_birth_no
            when place = 1 then head_birth_no + floor(72 * dice(own, 'years between') - 24)
            when place in (2, 3) then head_birth_no - 252 - floor(120 * dice(own, 'years before'))
            else head_birth_no + months_to_first_birth + (place - 4) * months_between_births + floor(14 * dice(own, 'months between'))
        end::integer as birth_no,
        case
            when place = 0 then case kind
                when 'single_parent' then dice(chance, 'head is a man') < 0.13
                when 'elder' then dice(chance, 'head is a man') < 0.28
                when 'single' then dice(chance, 'head is a man') < 0.55
                else dice(chance, 'head is a man') < 0.70 end
            when place = 1 then dice(chance, 'head is a man') >= 0.70
            when place = 2 then false
            when place = 3 then true
            else dice(own, 'is a boy') < 0.514
        end as is_male,
    from numbered
),
schooled as (
    select
        *,
        dice(own, 'education') + case when is_rural then -0.12 else 0.03 end - 0.02 * greatest(0, planned_children - 3) as education_score,
        $start_no - birth_no >= 12 * (20 + 7 * dice(own, 'leaves home')) and place >= 4 as has_left,
        12 * ln(1 + 0.088 * -ln(dice(own, 'death')) / (case when is_male then 0.00011 else 0.00006 end
            * exp(0.088 * greatest(0, $start_no - 12 - birth_no) / 12.0))) / 0.088 as months_to_death,
    from born
    where birth_no < $until_no
),
abled as (
    select
        *,
        case when education_score < 0.04 then 'none' when education_score < 0.10 then 'primary' when education_score < 0.45 then 'secondary'
            when education_score < 0.72 then 'special_secondary' else 'higher' end as adult_education,
        case
            when place >= 4 and $until_no - birth_no < 216 then
                case when dice(own, 'disability') < k_child_disability() then 'child' else 'none' end
            when dice(own, 'disability') < k_adult_disability() * 0.1 then '1'
            when dice(own, 'disability') < k_adult_disability() * 0.5 then '2'
            when dice(own, 'disability') < k_adult_disability() then '3'
            else 'none'
        end as disability,
        case when kind = 'single_parent' and place = 0 then null
            when greatest($start_no - 12, birth_no) + months_to_death < $until_no
            then (greatest($start_no - 12, birth_no) + floor(months_to_death))::integer end as dies_no,
    from schooled
    where not has_left
),
working as (
    select
        *,
        dice(own, 'work') as work_dice,
        case adult_education when 'higher' then 0.2 when 'special_secondary' then 0.03 when 'secondary' then -0.06 else -0.18 end
            + case when is_male then 0.09 else -0.09 end
            - k_large_family_pay() * greatest(0, planned_children - 2) as pay_shift,
        case when not is_male and planned_children > 0 and place in (0, 1) then 0.03 * least(5, planned_children) else 0 end as stays_home,
    from abled
)
select
    person_no,
    place,
    own as chance,
    eleven_digits(scattered(person_no)) || wrong_check_digit(eleven_digits(scattered(person_no))) as person_id,
    household_no,
    is_rural,
    kind,
    is_male,
    birth_no,
    day_in(birth_no, dice(own, 'birth day')) as birth_date,
    dies_no,
    adult_education,
    disability,
    case
        when disability in ('1', '2') then 'none'
        when work_dice < k_out_of_work() + stays_home then 'none'
        when work_dice < k_out_of_work() + stays_home + k_self_employed() * case when is_rural then 1.3 else 0.9 end then 'self_employed'
        when work_dice < k_out_of_work() + stays_home + k_self_employed() * case when is_rural then 1.3 else 0.9 end
            + case when is_rural then k_seasonal_rural() else k_seasonal_urban() end then 'seasonal'
        when dice(own, 'hidden job') < k_hidden_job() * (1.3 - education_score) then 'hidden'
        else 'formal'
    end as work,
    dice(own, 'studies') < 0.55 as studies_to_22,
    dice(own, 'suspends') < 0.75 as suspends,
    dice(own, 'has papers') < k_seasonal_with_papers() as has_papers,
    case when dice(own, 'declares') < k_declares_the_floor() then null
        when dice(own, 'declares') < k_declares_the_floor() + k_declares_nothing() then 0
        else 0.5 + 0.5 * dice(own, 'share declared') end as share_declared,
    70000 + 105000 * dice(own, 'pension') as pension_lcu,
    wage_lcu * exp(k_pay_spread() * bell(dice(own, 'pay')) + pay_shift) as pay_lcu,
    fragility * case adult_education when 'none' then 1.7 when 'primary' then 1.5 when 'secondary' then 1.2 when 'higher' then 0.6 else 1 end as fragility,
from working
order by person_no
