-- One row per recipient family: x 1 when it is satisfied with the services, by the last observation of the year before as_of. Inputs: observed_share (recipient, known_person, known_observation).
select *
from observed_share('satisfied_with_services', false, $as_of, $snapshot)
