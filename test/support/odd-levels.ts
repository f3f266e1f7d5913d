import type { Session } from "../../src/warehouse/session.ts";

const drawn = (keys: string, purpose: string, share: number) => `hash(${keys}::varchar || '${purpose}') % 1000 < ${share}`;
const pick = (keys: string, purpose: string, ...values: string[]) =>
  `case (hash(${keys}::varchar || 'pick ${purpose}') % ${values.length})::integer ${values
    .map((value, index) => `when ${index} then ${value}`)
    .join(" ")} end`;

/**
 * Puts into a synthetic warehouse what a made-up population has too little of to try the Map's scale: debts of one adult and of all, at the
 * thresholds; homes by the dozen; plots and machines; unknown settlements and health; registers that some regions are without.
 */
export async function plantOddLevels(session: Session): Promise<void> {
  await session.script(`
    update household set settlement = null where ${drawn("household_key", "settlement", 10)};
    update credit set overdue_days = ${pick("household_key", "days", "90", "91", "200")}, overdue_lcu = ${pick("household_key", "overdue", "1000", "1001", "90000")}
      where ${drawn("household_key", "debt", 150)};
    insert into credit by name
      select p.household_key, p.person_key, c.month, 0 as loan_payment_lcu, 0 as mortgage_payment_lcu,
        ${pick("p.person_key", "days", "90", "91", "400")} as overdue_days, ${pick("p.person_key", "overdue", "1001", "50000")} as overdue_lcu,
        c.recorded_at, 'test' as source, 1 as load_id
      from person as p
      cross join (select month, max(recorded_at) as recorded_at from credit group by month) as c
      where ${drawn("p.household_key", "own debt", 60)} and ${drawn("p.person_key", "owes", 600)}
        and p.superseded_at is null;
    update asset set value_lcu = ${pick("household_key || asset_id", "value", "null", "499999", "500000", "999999", "1000000", "2000000", "2000001")}
      where kind = 'subsidiary_plot' and ${drawn("household_key || asset_id", "value", 300)};
    update asset set quantity = ${pick("household_key || asset_id", "number", "1", "2", "3", "4", "6", "7", "11", "12")}
      where kind in ('dwelling', 'car', 'machinery', 'commercial_vehicle') and ${drawn("household_key || asset_id", "number", 100)};
    update health set attached_to_clinic = ${pick("person_key", "clinic", "null", "true", "false")}, insured = ${pick("person_key", "insured", "null", "true", "false")},
      chronic = ${pick("person_key", "chronic", "null", "true", "false")}, dispensary = ${pick("person_key", "dispensary", "null", "true", "false")}
      where ${drawn("person_key", "health", 60)};
    delete from level where ${drawn("household_key", "level", 20)};
    update coverage set area_prefix = '7' where table_name in ('credit', 'health', 'schooling') and area_prefix = '';
    insert into coverage by name select * replace (unnest(['1', '3', '4', '5']) as area_prefix) from coverage where table_name = 'credit' and area_prefix = '7';
    insert into coverage by name select * replace (unnest(['1', '2', '4', '6']) as area_prefix) from coverage where table_name = 'health' and area_prefix = '7';
    insert into coverage by name select * replace (unnest(['1', '2', '3', '5', '6']) as area_prefix) from coverage where table_name = 'schooling' and area_prefix = '7'`);
}
