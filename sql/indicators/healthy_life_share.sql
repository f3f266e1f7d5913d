-- One row per recipient family: x of n members were in a healthy-life programme in the year before as_of, by the last observation of
-- each. Inputs: observed_share (recipient, known_person, known_observation).
select *
from observed_share('healthy_life_programme', true, $as_of, $snapshot)
