import { addDays, addMonths, monthStart, referenceQuarter } from "../../src/domain/dates.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";

export type Raw = Row & Record<string, string | number | boolean | null>;
const number = (value: unknown) => Number(value);

/** Rows of a table as they were known: the time cut written out, without the project's SQL. */
export async function known(session: Session, table: string, asOf: string, snapshot: number): Promise<Raw[]> {
  const rows = await session.rows<Raw>(`select * from ${table}`);
  const cut = `${asOf}T00:00:00`;
  const after = (load: unknown) => load === null || number(load) > snapshot;
  return rows.filter(
    (row) =>
      String(row.recorded_at) < cut &&
      number(row.load_id) <= snapshot &&
      (row.superseded_at === null || String(row.superseded_at) >= cut || after(row.superseded_by_load)) &&
      after(row.replaced_by_load),
  );
}

export const byHousehold = (rows: Raw[]) => {
  const groups = new Map<unknown, Raw[]>();
  for (const row of rows) groups.set(row.household_key, [...(groups.get(row.household_key) ?? []), row]);
  return (key: unknown) => groups.get(key) ?? [];
};

export interface Claim {
  table_name: string;
  area_prefix: string;
  month_from: string;
  month_until: string;
  complete_through: string;
  publication_lag_days: number;
}

/** A dozen features recomputed household by household with plain loops, as an oracle for the SQL. Needs the reference tables; one head is one unit. */
export async function naiveFeatures(session: Session, asOf: string, snapshot: number): Promise<Map<unknown, Row>> {
  const claims = await session.rows<Claim & Row>("select * from coverage where name = ''");
  const lag = (table: string) =>
    Math.max(...claims.filter((claim) => claim.table_name === table).map((claim) => claim.publication_lag_days));
  const until = (table: string) => monthStart(addDays(asOf, -lag(table)));
  const isCovered = (table: string, area: string, months: string[]) =>
    months.every((month) =>
      claims.some(
        (claim) =>
          claim.table_name === table &&
          area.startsWith(claim.area_prefix) &&
          month >= claim.month_from &&
          month < claim.month_until &&
          addDays(addMonths(month, 1), -1) <= claim.complete_through &&
          addDays(addMonths(month, 1), claim.publication_lag_days) <= asOf,
      ),
    );
  const lastMonths = (table: string, count: number, skipped = 0) =>
    Array.from({ length: count }, (_, index) => addMonths(until(table), -(index + 1 + skipped)));

  const table = async (name: string) => byHousehold(await known(session, name, asOf, snapshot));
  const [persons, income, credit, utility, benefit, events] = await Promise.all(
    ["person", "income", "credit", "utility", "benefit", "life_event"].map(table),
  );
  const lines = await session.rows<Row>("select *, quarter::varchar as day from reference_line");
  const noCount = new Set((await session.rows("select kind from reference_income_kind where not counts")).map((row) => row.kind));
  const firstSeen = new Map<unknown, string>();
  for (const row of await session.rows<Raw>("select * from household")) {
    if (String(row.recorded_at) >= `${asOf}T00:00:00` || number(row.load_id) > snapshot) continue;
    const day = String(row.recorded_at).slice(0, 10);
    const seen = firstSeen.get(row.household_key);
    firstSeen.set(row.household_key, seen === undefined || day < seen ? day : seen);
  }

  const result = new Map<unknown, Row>();
  for (const home of await known(session, "household", asOf, snapshot)) {
    const key = home.household_key;
    const alive =
      persons?.(key).filter((each) => (each.died_on === null || String(each.died_on) >= asOf) && String(each.birth_date) < asOf) ?? [];
    if (alive.length === 0 || (home.dissolved_on !== null && String(home.dissolved_on) < asOf)) continue;
    const born = (each: Raw) => String(each.birth_date);
    const area = String(home.area_code);
    const seen = [firstSeen.get(key) as string, ...(income?.(key) ?? []).map((row) => String(row.month))].sort();
    const since = home.formed_on === null ? (seen[0] as string) : String(home.formed_on);
    const sums = (rows: Raw[], months: string[]) =>
      rows.filter((row) => months.includes(String(row.month))).reduce((total, row) => total + number(row.amount_lcu), 0);
    const counting = (income?.(key) ?? []).filter((row) => !noCount.has(row.kind));
    const observed = (months: string[]) => isCovered("income", area, months) && months.every((month) => month >= since);

    const q0 = referenceQuarter(asOf, lag("income"));
    const quarter = [0, 1, 2].map((index) => addMonths(q0, index));
    const perHead = observed(quarter) ? sums(counting, quarter) / 3 / alive.length : null;
    const line = lines.find((each) => each.day === q0 && each.region_code === `${area.slice(0, 2)}0000000`);
    const [now, before] = [lastMonths("income", 3), lastMonths("income", 3, 3)];
    const [nowSum, beforeSum] = [sums(counting, now), sums(counting, before)];
    const change = beforeSum === 0 ? (nowSum === 0 ? 0 : 10) : Math.min(10, nowSum / beforeSum - 1);
    const earners = new Set(
      (income?.(key) ?? [])
        .filter((row) => row.kind === "wage" && number(row.amount_lcu) > 0 && now.includes(String(row.month)))
        .map((row) => row.person_key),
    );
    const year = lastMonths("income", 12);
    const paid = new Set(
      (income?.(key) ?? []).filter((row) => number(row.amount_lcu) > 0 && year.includes(String(row.month))).map((row) => row.month),
    );

    const overdue = (credit?.(key) ?? []).filter((row) => lastMonths("credit", 3).includes(String(row.month)));
    const arrears = (utility?.(key) ?? []).filter((row) => lastMonths("utility", 1).includes(String(row.month)));
    const grants = (benefit?.(key) ?? [])
      .filter((row) => String(row.kind).startsWith("tsa_") && row.decision === "granted" && String(row.starts_on) <= asOf)
      .map((row) => ({ from: String(row.starts_on), to: row.ends_on === null ? "9999-12-31" : String(row.ends_on) }))
      .sort((a, b) => (a.from < b.from ? -1 : 1));
    let [spells, last] = [0, ""];
    for (const grant of grants) {
      if (last === "" || grant.from >= addDays(last, 92)) spells += 1;
      if (grant.to > last) last = grant.to;
    }
    const lost = (events?.(key) ?? []).filter(
      (row) => row.kind === "job_loss" && String(row.happened_on) >= addMonths(asOf, -6) && String(row.happened_on) < asOf,
    );

    result.set(key, {
      members: alive.length,
      children: alive.filter((each) => born(each) > addMonths(asOf, -18 * 12)).length,
      elderly: alive.filter((each) => born(each) <= addMonths(asOf, -63 * 12)).length,
      income_per_capita_q0_lcu: perHead,
      is_below_subsistence: perHead === null ? null : perHead < number(line?.subsistence_minimum_lcu),
      is_below_line: perHead === null ? null : perHead < number(line?.poverty_line_lcu),
      income_change_3m: observed([...now, ...before]) ? change : null,
      income_months_12m: observed(year) ? paid.size : null,
      wage_earners_3m: earners.size > 0 || observed(now) ? earners.size : null,
      overdue_days_max: Math.max(0, ...overdue.map((row) => number(row.overdue_days))),
      utility_arrears_lcu:
        arrears.length > 0 || isCovered("utility", area, lastMonths("utility", 1))
          ? sum(arrears.map((row) => number(row.arrears_lcu)))
          : null,
      tsa_active: grants.some((grant) => grant.to >= asOf),
      tsa_spells: spells,
      job_losses_6m: lost.length,
    });
  }
  return result;
}

const sum = (values: number[]) => values.reduce((total, each) => total + each, 0);
