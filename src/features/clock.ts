import { addDays, type IsoDate, monthStart, referenceQuarter } from "../domain/dates.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { legalParameters } from "./legal-values.ts";

/** What a build is asked for: the day, and the last load that counts. */
export interface Cut {
  asOf: IsoDate;
  snapshot: number;
}

const monthlyRegisters = ["income", "expenditure", "account", "credit", "utility", "schooling"] as const;

/**
 * Parameters of every select of features: `as_of`, `snapshot`, the reference quarter `q0`, each monthly register's first incomplete month, and
 * the legal values in force. Needs the reference tables.
 */
export async function clockParameters(session: Session, cut: Cut): Promise<Parameters> {
  const lags = await publicationLags(session, cut.snapshot);
  const until = monthlyRegisters.map((table) => [`${table}_until`, monthStart(addDays(cut.asOf, -(lags.get(table) ?? 0)))]);
  return {
    ...(await legalParameters(session)),
    as_of: cut.asOf,
    snapshot: cut.snapshot,
    q0: referenceQuarter(cut.asOf, lags.get("income") ?? 0),
    ...Object.fromEntries(until),
  };
}

/** Days after a month's end until a table's rows are all recorded, by table: the longest that its loads declare. */
export async function publicationLags(session: Session, snapshot: number): Promise<Map<string, number>> {
  const rows = await session.rows<{ table_name: string; days: number }>(
    "select table_name, max(publication_lag_days) as days from coverage where load_id <= $snapshot group by table_name order by table_name",
    { snapshot },
  );
  return new Map(rows.map((row) => [row.table_name, row.days]));
}
