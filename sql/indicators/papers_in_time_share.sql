-- One row per recipient family: x 1 when its papers on income and expenditure came in time, by the last observation of the year before
-- as_of. Inputs: observed_share (recipient, known_person, known_observation).
select *
from observed_share('papers_in_time', false, $as_of, $snapshot)
