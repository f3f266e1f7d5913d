-- One row per figure on poverty and households. Inputs: truth_household_quarter (a row per household and quarter).
with quarter as (
    select
        quarter,
        year(quarter) || 'Q' || quarter(quarter) as name,
        sum(member_months)::bigint as persons,
        sum(member_months) filter (where is_truly_poor)::bigint as poor,
        sum(member_months) filter (where is_poor_by_registers)::bigint as poor_by_registers,
        sum(member_months) filter (where is_rural)::bigint as rural,
        sum(member_months) filter (where is_rural and is_truly_poor)::bigint as rural_poor,
        sum(member_months) filter (where is_truly_poor and member_months >= 15)::bigint as poor_of_five,
        count(*) as households,
        count(*) filter (where is_truly_poor) as poor_households,
        count(*) filter (where is_poor_by_registers) as poor_households_by_registers,
        count(*) filter (where children >= 4) as large_families,
        median(true_lcu // member_months) as median_lcu,
        median(registered_lcu // member_months) as median_registered_lcu,
    from truth_household_quarter
    group by quarter
),
middle as (
    select * from quarter where name = '2025Q3'
),
last as (
    select * from quarter qualify row_number() over (order by quarter desc) = 1
)
select 'poor_persons_' || name as name, 100.0 * poor / persons as value from quarter where name like '2025%'
union all
select 'poor_households', 100.0 * poor_households / households from middle
union all
select 'rural_to_urban', (rural_poor::double / rural) / ((poor - rural_poor)::double / (persons - rural)) from middle
union all
select 'poor_in_households_of_5', 100.0 * poor_of_five / poor from middle
union all
select 'household_size', persons / 3.0 / households from last
union all
select 'large_families', 100.0 * large_families / households from last
union all
select 'median_income', median_lcu from middle
union all
select 'poor_persons_by_registers', 100.0 * poor_by_registers / persons from middle
union all
select 'poor_households_by_registers', 100.0 * poor_households_by_registers / households from middle
union all
select 'median_registered_income', median_registered_lcu from middle
order by name
