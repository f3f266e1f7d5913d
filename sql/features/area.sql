-- One row per household: what is known of its district. Inputs: cohort, district_context.
select
    h.household_key,
    d.below_subsistence_share as area_below_subsistence_share,
    d.median_income_to_subsistence as area_median_income_to_subsistence,
    d.tsa_share as area_tsa_share,
from cohort as h
join district_context as d on d.district_code = h.district_code
