-- One row per household asked for consent to see its bank data: at its first application for TSA, or by an outreach campaign; whether all
-- adults gave it. Inputs: synth_claim, synth_household.
with first_asked as (
    select household_no, min(month_no) as month_no, true as is_applicant from synth_claim where month_no >= $start_no group by household_no
    union all
    select household_no, $start_no + floor(($until_no - $start_no) * dice(chance, 'campaign month')), false
    from synth_household
    where dice(chance, 'campaign') < k_campaign_reach()
)
select
    a.household_no,
    h.household_id,
    h.chance,
    a.month_no::integer as month_no,
    a.is_applicant,
    dice(h.chance, 'consents') < case when a.is_applicant then k_consent_of_applicants() else k_consent_of_others() end as consents,
    day_in(a.month_no::integer, 0.1 + 0.6 * dice(h.chance, 'asked on')) as asked_on,
from first_asked as a
join synth_household as h on h.household_no = a.household_no
qualify row_number() over (partition by a.household_no order by a.month_no, a.is_applicant desc) = 1
order by a.household_no
