-- Chance by counter: the same seed, purpose and month always give the same number, whatever the order of rows, threads or parts.
-- A household or person holds 32 bits of its own (`chance`); purposes are words, folded to constants when a statement is planned.

create or replace temp macro mixed_once(x) as (xor(x, x >> 16) * 2146121005::ubigint) & 4294967295::ubigint;
create or replace temp macro mixed_twice(x) as (xor(x, x >> 15) * 2221713035::ubigint) & 4294967295::ubigint;
create or replace temp macro mixed_last(x) as xor(x, x >> 16);

-- 32 well mixed bits for number `n` of a series that begins with `chance`.
create or replace temp macro chance_of(chance, n) as
    mixed_last(mixed_twice(mixed_once((chance + n::ubigint * 2654435769::ubigint) & 4294967295::ubigint)));

create or replace temp macro purpose_bits(purpose) as md5_number_lower(purpose) & 4294967295::ubigint;
create or replace temp macro short_mix(x) as
    (((xor(x, x >> 15) * 2221713035::ubigint) & 4294967295::ubigint) >> 8)::double;

-- Uniform in (0, 1), for a purpose, or for a purpose and a month (or other small number).
create or replace temp macro dice(chance, purpose) as
    (short_mix(((chance + purpose_bits(purpose)) * 2146121005::ubigint) & 4294967295::ubigint) + 0.5) / 16777216,
(chance, purpose, n) as
    (short_mix((((chance + purpose_bits(purpose) + n::ubigint * 2654435769::ubigint) & 4294967295::ubigint) * 2146121005::ubigint)
        & 4294967295::ubigint) + 0.5) / 16777216;

-- Bell-shaped (logistic) with mean 0 and variance 1, from a uniform number.
create or replace temp macro bell(uniform) as ln(uniform / (1 - uniform)) * 0.5513;

-- Months are counted from year 0: year * 12 + month - 1.
create or replace temp macro month_number(day) as (year(day) * 12 + month(day) - 1)::integer;
create or replace temp macro first_day(month_no) as make_date((month_no)::bigint // 12, (month_no)::bigint % 12 + 1, 1);
-- A day of the month (never after the 28th), by a uniform number.
create or replace temp macro day_in(month_no, uniform) as (first_day(month_no) + floor(uniform * 28)::integer)::date;
-- A moment of office hours, `days` after the month's end.
create or replace temp macro after_month(month_no, days, uniform) as
    first_day(month_no + 1)::timestamp + to_days((days)::integer) + to_seconds(floor(28800 + uniform * 36000));
create or replace temp macro after_day(day, days, uniform) as
    (day)::timestamp + to_days((days)::integer) + to_seconds(floor(28800 + uniform * 36000));

-- Registers' numbers. A person's number is shaped like an individual number and always fails its check digit, so it is nobody's.
create or replace temp macro family_number(household_no) as 'F' || lpad(household_no::varchar, 10, '0');
create or replace temp macro scattered(person_no) as person_no::bigint * 1234567891 % 2016000000;
create or replace temp macro eleven_digits(n) as
    lpad((n // 20160000)::varchar, 2, '0')
    || lpad((n // 1680000 % 12 + 1)::varchar, 2, '0')
    || lpad((n // 60000 % 28 + 1)::varchar, 2, '0')
    || (n // 10000 % 6 + 1)::varchar
    || lpad((n % 10000)::varchar, 4, '0');
create or replace temp macro digit_of(digits, place) as (ascii(digits[place]) - 48);
create or replace temp macro check_sum(d) as
    (digit_of(d, 1) + 2 * digit_of(d, 2) + 3 * digit_of(d, 3) + 4 * digit_of(d, 4) + 5 * digit_of(d, 5) + 6 * digit_of(d, 6)
        + 7 * digit_of(d, 7) + 8 * digit_of(d, 8) + 9 * digit_of(d, 9) + 10 * digit_of(d, 10) + 11 * digit_of(d, 11)) % 11;
create or replace temp macro second_check_sum(d) as
    (3 * digit_of(d, 1) + 4 * digit_of(d, 2) + 5 * digit_of(d, 3) + 6 * digit_of(d, 4) + 7 * digit_of(d, 5) + 8 * digit_of(d, 6)
        + 9 * digit_of(d, 7) + 10 * digit_of(d, 8) + 11 * digit_of(d, 9) + digit_of(d, 10) + 2 * digit_of(d, 11)) % 11;
create or replace temp macro wrong_check_digit(d) as
    ((case when check_sum(d) < 10 then check_sum(d) else second_check_sum(d) end + 3) % 10)::varchar;

-- Chance that a willing family asks for TSA in a quarter: by true need (true income in subsistence minimums), by what registers show above the
-- line (tenge a member), and by its history. Assumptions, set so that the calibration targets on TSA are met.
create or replace temp macro asking_chance(true_ratio, excess, formal_workers, is_recipient, had_tsa, is_blocked) as
    case
        when is_blocked then 0.05
        when had_tsa and true_ratio < 2 then
            case when excess < 0 then 0.98 when excess < 5000 then 0.55 when excess < 15000 then 0.5 else 0.3 end
                * case when is_recipient then 1 else 0.9 end
        when excess < 0 then
            case when true_ratio < 0.9 then 0.6 when true_ratio < 1.1 then 0.13 when true_ratio < 1.4 then 0.018 when true_ratio < 1.8 then 0.004 else 0.001 end
                * case when excess < -20000 then 1.3 when excess < -10000 then 0.7 else 0.1 end
                * case formal_workers when 0 then 1.4 when 1 then 0.05 else 0.01 end
        else
            case when true_ratio < 0.9 then 0.9 when true_ratio < 1.1 then 0.55 when true_ratio < 1.4 then 0.24 when true_ratio < 1.8 then 0.06 else 0.005 end
                * case when excess < 5000 then 1 when excess < 15000 then 0.7 when excess < 30000 then 0.45 else 0.1 end
    end;

-- Savings in months of need.
create or replace temp macro wealth_of_savings(chance) as 6 * power(dice(chance, 'savings'), 4) - 0.2;

-- Share of the gap to a little above the subsistence minimum that kin close, by members. Assumption, set so that poverty is where it is found.
create or replace temp macro kin_share(members) as
    case members when 1 then 0.97 when 2 then 0.93 when 3 then 0.88 when 4 then 0.75 when 5 then 0.5 else 0.3 end;

-- Whether a family would ask for TSA in need: those without registered work sooner, those with two wages hardly. Derived.
create or replace temp macro is_willing(chance, formal_workers) as
    dice(chance, 'willing') < k_willing() * case formal_workers when 0 then 2 when 1 then 1.2 else 0.5 end;

-- Whether a family had had TSA before it is first looked at. Assumption.
create or replace temp macro had_tsa_before(chance, true_ratio, excess, formal_workers) as
    excess < 0 and dice(chance, 'had TSA before') < case when true_ratio < 0.9 then 0.9 when true_ratio < 1.1 then 0.5 when true_ratio < 1.4 then 0.15 else 0 end
        * case formal_workers when 0 then 1 when 1 then 0.3 else 0.1 end;
