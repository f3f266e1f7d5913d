-- Macros that the selects of need share. Sums of money are whole.

-- The mask, counted back from a table's clock, of the months of the window [month_from, month_from + months): null where the last of them
-- is not complete yet.
create or replace temp macro period_mask(month_from, months, month_until) as
case
    when date_diff('month', month_from::date, month_until) >= months
        then ((1::bigint << months) - 1) << (date_diff('month', month_from::date, month_until) - months)
end;

-- What is missing from an amount to a bound, in whole units, up; 0 when nothing is, unknown when either is (greatest() would pass over it).
create or replace temp macro missing_to(bound, amount) as case when bound > amount then ceil(bound - amount)::bigint when bound <= amount then 0 end;

-- A parameter's value in force.
create or replace temp macro value_of(wanted) as (select value from reference_parameter where name = wanted);
