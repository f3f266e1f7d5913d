import { addDays, addMonths, monthStart } from "../../src/domain/dates.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";
import { type Coverage, coverageOn, lagOf, lastMonths } from "./coverage-by-hand.ts";

/** What the registers say beside what the law on assistance asks. */
export interface More {
  settlement: string | null;
  /** Of the quarter of the income. */
  minimum: number;
  loans: Row[];
  areLoansKnown: boolean;
  plots: { quantity: number; value: number | null }[];
  health: Map<string, Row>;
  isHealthKnown: boolean;
  /** Whether each pupil was at school in one of the last three months of it. */
  pupils: Map<string, boolean>;
  isSchoolKnown: boolean;
  /** The first of those months; null where there are none. */
  schoolSince: string | null;
}

/** What the registers say of each household beside what the law on assistance asks, read row by row. */
export async function registersOf(session: Session, asOf: string, snapshot: number, quarter: string) {
  const claims = await session.rows("select * from coverage where load_id <= $snapshot and name = ''", { snapshot });
  const coverage: (area: string) => Coverage = coverageOn(claims, asOf);
  const rows = (sql: string) => session.rows(sql, { asOf, snapshot });
  const person = (table: string) => `known_${table}($asOf, $snapshot) as t join identity_person as p on p.person_key = t.person_key`;
  const household = (table: string) =>
    `known_${table}($asOf, $snapshot) as t join identity_household as h on h.household_key = t.household_key`;
  const [creditMonth] = lastMonths(claims, "credit", asOf, 1) as [string];
  const healthMonths = lastMonths(claims, "health", asOf, 3);
  const lessons = await session.rows(`select person_id, month, enrolled from ${person("schooling")}`, { asOf, snapshot });
  const months = schoolMonths(lessons, monthStart(addDays(asOf, -lagOf(claims, "schooling"))));
  const pupils = new Map<string, boolean>();
  for (const row of lessons.filter(({ month }) => months.includes(String(month))))
    pupils.set(String(row.person_id), row.enrolled === true || pupils.get(String(row.person_id)) === true);
  const homes = new Map(
    (await rows(`select household_id, area_code, settlement from ${household("household")}`)).map((row) => [row.household_id, row]),
  );
  const loans = grouped(
    await rows(
      `select h.household_id, p.person_id, t.* from ${household("credit")} left join identity_person as p on p.person_key = t.person_key
       where t.month = '${creditMonth}'`,
    ),
  );
  const plots = grouped(
    (await rows(`select household_id, kind, quantity, value_lcu, acquired_on, disposed_on from ${household("asset")}`)).filter(
      (row) =>
        row.kind === "subsidiary_plot" &&
        (row.acquired_on === null || String(row.acquired_on) < asOf) &&
        (row.disposed_on === null || String(row.disposed_on) >= asOf),
    ),
  );
  const health = new Map((await rows(`select person_id, t.* from ${person("health")}`)).map((row) => [String(row.person_id), row]));
  const minima = await session.rows("select region_code, quarter, subsistence_minimum_lcu from reference_line");
  const published = new Map<string, [string, string]>();
  for (const row of await rows(`select household_id, assessed_on, level from ${household("level")}`)) {
    const [id, day] = [String(row.household_id), String(row.assessed_on)];
    if (day < asOf && day >= (published.get(id)?.[0] ?? "")) published.set(id, [day, String(row.level)]);
  }
  return {
    published: (id: string) => published.get(id)?.[1] ?? null,
    of(id: string): More {
      const home = homes.get(id) as Row;
      const area = String(home.area_code);
      const line = minima.find((row) => row.quarter === quarter && row.region_code === `${area.slice(0, 2)}0000000`);
      return {
        settlement: home.settlement as string | null,
        minimum: Number(line?.subsistence_minimum_lcu),
        loans: loans.get(id) ?? [],
        areLoansKnown: coverage(area).allOf("credit", [creditMonth]),
        plots: (plots.get(id) ?? []).map((row) => ({
          quantity: row.quantity === null ? 1 : Number(row.quantity),
          value: row.value_lcu === null ? null : Number(row.value_lcu),
        })),
        health,
        isHealthKnown: coverage(area).anyOf("health", healthMonths),
        pupils,
        isSchoolKnown: months.length > 0 && coverage(area).allOf("schooling", months),
        schoolSince: months.at(-1) ?? null,
      };
    },
  };
}

/** The last three of the twelve months before `until` in which school was held: with half as many rows as the fullest at least. */
function schoolMonths(lessons: Row[], until: string): string[] {
  const pupils = new Map<string, number>();
  for (const { month } of lessons) pupils.set(String(month), (pupils.get(String(month)) ?? 0) + 1);
  const year = [...pupils].filter(([month]) => month < until && month >= addMonths(until, -12));
  const fullest = Math.max(...year.map(([, number]) => number));
  return year
    .filter(([, number]) => number * 2 >= fullest)
    .map(([month]) => month)
    .sort()
    .reverse()
    .slice(0, 3);
}

function grouped(rows: Row[]): Map<unknown, Row[]> {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) groups.set(row.household_id, [...(groups.get(row.household_id) ?? []), row]);
  return groups;
}
