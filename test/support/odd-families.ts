import type { Session } from "../../src/warehouse/session.ts";

/** Which of a table's rows, by their keys: `share` in a thousand, another draw for each purpose. */
const drawn = (keys: string, purpose: string, share: number) => `hash(${keys}::varchar || '${purpose}') % 1000 < ${share}`;
const pick = (keys: string, purpose: string, ...values: string[]) =>
  `case (hash(${keys}::varchar || 'pick ${purpose}') % ${values.length})::integer ${values
    .map((value, index) => `when ${index} then ${value}`)
    .join(" ")} end`;
const dayAround = (day: string, keys: string, purpose: string) => `(${day})::date + ${pick(keys, `${purpose} day`, "-1", "0", "1")}`;

/** Ages in months at which the law changes what it says. */
const edges = [12, 36, 72, 84, 216, 228, 276, 732, 756, 960, 972].map(String);

/**
 * Puts into a synthetic warehouse what a made-up population has too little of to try a law: unknowns, birthdays on the day, second homes,
 * plots, lorries, refusals, floods, registers that some regions are without. `days` are the days on which one will look.
 */
export async function plantOddFamilies(session: Session, days: readonly string[]): Promise<void> {
  const day = (keys: string, purpose: string) => pick(keys, `${purpose} of`, ...days.map((each) => `date '${each}'`));
  await session.script(`
    update person set birth_date = ${dayAround(`${day("person_key", "birthday")} - to_months(${pick("person_key", "edge", ...edges)})`, "person_key", "birth")}
      where ${drawn("person_key", "edge", 60)};
    update person set birth_date = null where ${drawn("person_key", "birth unknown", 10)};
    update person set sex = null where ${drawn("person_key", "sex", 30)};
    update person set disability = ${pick("person_key", "disability", "null", "'1'", "'2'", "'3'", "'child'")} where ${drawn("person_key", "disability", 40)};
    update person set business = ${pick("person_key", "business", "null", "'sole_trader'", "'founder'", "'suspended'")} where ${drawn("person_key", "business", 40)};
    update person set employment = ${pick("person_key", "employment", "null", "'student'", "'student'", "'carer'", "'hired'")} where ${drawn("person_key", "employment", 40)};
    update person set died_on = ${dayAround(day("person_key", "died"), "person_key", "died")} where ${drawn("person_key", "died", 5)} and (birth_date is null or birth_date < date '2000-01-01');
    update person set employment = 'student' where birth_date between date '2001-01-01' and date '2008-12-31' and ${drawn("person_key", "student", 300)};
    delete from person where ${drawn("household_key", "no persons", 10)};
    update household set members = 1 + hash(household_key) % 9 where ${drawn("household_key", "no persons", 10)};
    update household set formed_on = null where ${drawn("household_key", "undated", 30)};
    update household set formed_on = ${dayAround(`${day("household_key", "formed")} - to_months(${pick("household_key", "formed ago", "2", "4", "5", "6")})`, "household_key", "formed")}
      where ${drawn("household_key", "formed", 20)};
    update asset set quantity = ${pick("household_key || asset_id", "quantity", "null", "0", "2")} where ${drawn("household_key || asset_id", "quantity", 40)};
    update asset set area_m2 = null where ${drawn("household_key || asset_id", "area", 60)};
    update asset set acquired_on = null where ${drawn("household_key || asset_id", "acquired", 60)};
    update asset set kind = 'land_plot' where kind = 'subsidiary_plot' and ${drawn("household_key", "plot", 300)};
    update asset set disposed_on = ${dayAround(`${day("household_key", "disposed")} - to_months(${pick("household_key", "disposed ago", "0", "0", "6", "59", "60", "60", "61")})`, "household_key || asset_id", "disposed")},
      acquired_on = date '2012-01-01' where ${drawn("household_key || asset_id", "disposed", 60)}`);
  await plantAssets(session);
  await plantRefusals(session, days);
  await plantFloods(session, days);
  await session.script(`
    update coverage set area_prefix = '6' where table_name = 'income' and area_prefix = '';
    insert into coverage by name select * replace (unnest(['1', '2', '3', '4', '5', '7']) as area_prefix) from coverage where table_name = 'income';
    update coverage set area_prefix = '7' where table_name in ('asset', 'benefit', 'emergency') and area_prefix = '';
    insert into coverage by name select * replace (unnest(['1', '3', '5', '6']) as area_prefix) from coverage where table_name = 'asset' and area_prefix = '7';
    insert into coverage by name select * replace (unnest(['1', '2', '3', '6']) as area_prefix) from coverage where table_name = 'benefit' and area_prefix = '7';
    insert into coverage by name select * replace (unnest(['1', '2', '4', '5', '6']) as area_prefix) from coverage where table_name = 'emergency' and area_prefix = '7';
    delete from coverage where table_name = 'income' and area_prefix = '5'`);
}

const recorded = "timestamp '2020-01-01' as recorded_at, 'test' as source, 1 as load_id";

async function plantAssets(session: Session): Promise<void> {
  for (const [kind, share] of Object.entries({ dwelling: 80, car: 80, commercial_vehicle: 10, machinery: 10, business_premises: 10 }))
    await session.run(`
      insert into asset by name
      select household_key, 'odd ${kind}' as asset_id, '${kind}' as kind, ${pick("household_key", `${kind} quantity`, "1", "null")} as quantity,
        ${pick("household_key", `${kind} area`, "null", "18", "36", "54.5", "90")} as area_m2, date '2015-01-01' as acquired_on, ${recorded}
      from (select distinct household_key from household)
      where ${drawn("household_key", kind, share)}`);
}

async function plantRefusals(session: Session, days: readonly string[]): Promise<void> {
  for (const asOf of days)
    await session.run(`
      insert into benefit by name
      select household_key, 'odd ${asOf}' as application_id, ${pick("household_key", "kind", "'tsa_conditional'", "'tsa_unconditional'", "'housing_aid'")} as kind,
        ${dayAround(`date '${asOf}' - to_months(${pick("household_key", "months", "2", "6", "6", "7")})`, "household_key", "refused")} as applied_on,
        'refused' as decision,
        ${pick("household_key", "reason", "'measures_refused'", "'contract_broken'", "'false_data'", "'visit_refused'", "'income'", "null")} as refusal_reason,
        applied_on::timestamp as recorded_at, 'test' as source, 1 as load_id
      from (select distinct household_key from household)
      where ${drawn("household_key", asOf, 30)}`);
}

async function plantFloods(session: Session, days: readonly string[]): Promise<void> {
  for (const [number, asOf] of days.entries())
    await session.run(`
      insert into emergency by name
      select 'odd ' || area_code || '${asOf}' as emergency_id, area_code,
        ${pick("area_code", "emergency", "'flood'", "'flood'", "'fire'")} as kind, date '${asOf}' - interval 8 months as started_on,
        ${dayAround(`date '${asOf}' - to_months(6)`, "area_code", "ended")} as ended_on, started_on::timestamp as recorded_at, 'test' as source, 1 as load_id
      from (select distinct rpad(left(area_code, ${pick("area_code", `digits ${number}`, "4", "6", "9")}), 9, '0') as area_code from household)
      where ${drawn("area_code", `flood ${number}`, 100)}`);
}
