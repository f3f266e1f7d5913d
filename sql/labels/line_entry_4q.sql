-- One row per household not below the line in the reference quarter: whether it is below the line of the quarter four quarters later,
-- seen in that quarter alone. For surveys that ask the same households a year on. Inputs: line_entry.
select * from line_entry('poverty', $as_of::date, $snapshot, $q0::date, $label_as_of::date, $from_quarter::date, $until_quarter::date)
