-- One row per region of a cohort and quarter: the subsistence minimum of the quarter and the line that its incomes meet.
-- A region without a row of its own takes the one for everywhere (region_code ''). Inputs: cohort, reference_line.
select r.region_code, l.quarter, l.subsistence_minimum_lcu, l.poverty_line_lcu,
from (select distinct region_code from cohort) as r
join reference_line as l
    on l.region_code = case when r.region_code in (select region_code from reference_line) then r.region_code else '' end
