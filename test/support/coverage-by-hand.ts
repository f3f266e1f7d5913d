import { addDays, addMonths, monthStart } from "../../src/domain/dates.ts";
import type { Row } from "../../src/warehouse/values.ts";

/** Which months of which registers are complete for a place on a day. */
export interface Coverage {
  allOf(table: string, months: readonly string[]): boolean;
  anyOf(table: string, months: readonly string[]): boolean;
}

/** The value of `work` for each name, worked out once. */
export function remembered<T>(work: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, work(name));
    return known.get(name) as T;
  };
}

/** The longest publication lag that a register's loads declare. */
export const lagOf = (claims: readonly Row[], table: string): number =>
  Math.max(0, ...claims.filter((claim) => claim.table_name === table).map((claim) => Number(claim.publication_lag_days)));

/** The register's last complete months on a day, counted back from its own clock. */
export function lastMonths(claims: readonly Row[], table: string, asOf: string, count: number): string[] {
  const until = monthStart(addDays(asOf, -lagOf(claims, table)));
  return Array.from({ length: count }, (_, index) => addMonths(until, -(index + 1)));
}

/** Reads the claims of completeness, which are rows of the table `coverage`; a survey claims none. */
export function coverageOn(claims: readonly Row[], asOf: string): (area: string) => Coverage {
  const complete = claims
    .filter((claim) => claim.by_row !== true)
    .map((claim) => ({ table: claim.table_name, prefix: String(claim.area_prefix), months: completeMonths(claim, asOf) }));
  return remembered((area) => {
    const here = complete.filter(({ prefix }) => area.startsWith(prefix));
    const isComplete = (table: string, month: string) => here.some((claim) => claim.table === table && claim.months.has(month));
    return {
      allOf: (table, months) => months.every((month) => isComplete(table, month)),
      anyOf: (table, months) => months.some((month) => isComplete(table, month)),
    };
  });
}

function completeMonths(claim: Row, asOf: string): Set<string> {
  const months = new Set<string>();
  for (let month = String(claim.month_from); month < String(claim.month_until); month = addMonths(month, 1)) {
    const end = addMonths(month, 1);
    const isOver = addDays(end, -1) <= String(claim.complete_through);
    if (isOver && addDays(end, Number(claim.publication_lag_days)) <= asOf) months.add(month);
  }
  return months;
}
