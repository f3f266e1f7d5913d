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
