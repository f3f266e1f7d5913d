-- How families act, as macros. Every number is an assumption, or set so that a calibration target is met (src/synth/targets.yaml).

-- Chance that a willing family asks for TSA in a quarter: by true need (true income in subsistence minimums), by what registers show above the
-- line (tenge a member), and by its history. Assumptions, set so that the calibration targets on TSA are met.
create or replace temp macro asking_chance(true_ratio, excess, formal_workers, is_recipient, had_tsa, is_blocked) as
    case
        when is_blocked then 0.05
        when had_tsa and true_ratio < 2.6 then
            case when excess < 0 then 0.98 when excess < 5000 then 0.55 when excess < 15000 then 0.55 else 0.45 end
                * case when is_recipient then 1 else 0.9 end
        when excess < 0 then
            case when true_ratio < 0.9 then 0.6 when true_ratio < 1.1 then 0.13 when true_ratio < 1.4 then 0.012 when true_ratio < 1.8 then 0.002 else 0.001 end
                * case when excess < -20000 then 1.4 when excess < -10000 then 0.5 else 0.05 end
                * case formal_workers when 0 then 1.4 when 1 then 0.03 else 0.01 end
        else
            case when true_ratio < 0.9 then 0.9 when true_ratio < 1.1 then 0.55 when true_ratio < 1.4 then 0.24 when true_ratio < 1.8 then 0.06 else 0.005 end
                * case when excess < 5000 then 1 when excess < 15000 then 0.7 when excess < 30000 then 0.45 else 0.1 end
    end;

-- How much likelier a first application is in a quarter than in 2025: fewer families ask each year, as the caseload fell. quarter_no = months // 3.
create or replace temp macro first_asking(quarter_no) as 1 + k_asking_falls_yearly() * (2025 - quarter_no / 4);

-- Savings in months of need.
create or replace temp macro wealth_of_savings(chance) as 6 * power(dice(chance, 'savings'), 4) - 0.2;

-- Share of the gap to a little above the subsistence minimum that kin close, by members. Assumption, set so that poverty is where it is found.
create or replace temp macro kin_share(members) as
    case members when 1 then 0.97e0 when 2 then 0.93e0 when 3 then 0.88e0 when 4 then 0.75e0 when 5 then 0.5e0 else 0.3e0 end;

-- Whether a family would ask for TSA in need: those without registered work sooner, those with two wages hardly. Derived.
create or replace temp macro is_willing(chance, formal_workers) as
    dice(chance, 'willing') < k_willing() * case formal_workers when 0 then 2 when 1 then 1.2 else 0.5 end;

-- Whether a family had had TSA before it is first looked at. Assumption.
create or replace temp macro had_tsa_before(chance, true_ratio, excess, formal_workers) as
    excess < 0 and dice(chance, 'had TSA before') < case when true_ratio < 0.9 then 0.9 when true_ratio < 1.1 then 0.5 when true_ratio < 1.4 then 0.15 else 0 end
        * case formal_workers when 0 then 1 when 1 then 0.3 else 0.1 end;

-- Months of loan payments missed when trouble has lasted since a month: most families that slip catch up after three, some do not. Assumption.
create or replace temp macro missed_payments(chance, month_no, since_no) as
    case
        when since_no is null or dice(chance, 'slips', since_no) >= 0.7 then 0
        when month_no - since_no >= 3 and dice(chance, 'catches up', since_no) < 0.7 then 0
        else least(9, month_no - since_no + 1)
    end;
