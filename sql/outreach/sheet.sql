-- One row per entry of the list: all that a page says of it, as JSON, so that a page is read by place alone.
-- Inputs: entries, reasons, offers of the run that is being published.
with reasoned as (
    select
        household_id,
        list({
            source: source, code: code, value: value, word: word, unit: unit, register: register, as_of: as_of::varchar, arguments: arguments::json
        } order by position) as reasons,
    from reasons
    group by household_id
),
offered as (
    select
        household_id,
        list({
            programme: programme, amount_lcu: amount_lcu, period: period, rules: rules, is_known_to_fit: is_known_to_fit
        } order by position) as offers,
    from offers
    group by household_id
)
select
    e.place,
    to_json({
        tier: e.tier,
        basis: e.basis,
        household_id: e.household_id,
        area_code: e.area_code,
        district_code: e.district_code,
        household: {members: e.members, children: e.children, elderly: e.elderly, has_disability: e.has_disability},
        confidence: e.confidence,
        unknown_reason: e.unknown_reason,
        days_since_newest_record: e.days_since_newest_record,
        inclusion_probability: e.inclusion_probability,
        valid_until: e.valid_until::varchar,
        reasons: coalesce(r.reasons, []),
        offers: coalesce(o.offers, [])
    })::varchar as sheet,
from entries as e
left join reasoned as r on r.household_id = e.household_id
left join offered as o on o.household_id = e.household_id
order by e.place
