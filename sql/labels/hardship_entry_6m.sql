-- One row per household not below the regional subsistence minimum in the reference quarter: whether it is below it in a quarter that ends
-- in (as_of, as_of + 6 months]. Inputs: line_entry.
select * from line_entry('subsistence', $as_of::date, $snapshot, $q0::date, $label_as_of::date, $from_quarter::date, $until_quarter::date)
