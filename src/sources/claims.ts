import type { ContractTable } from "../contract/table.ts";
import { addMonths, type IsoDate } from "../domain/dates.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import type { CoverageClaim, TableSource } from "./source-shapes.ts";
import { storedColumns } from "./stage.ts";

/** Months in which a refused row may be all that a household had; `every` when the month of one is not known. */
export type DoubtfulMonths = readonly IsoDate[] | "every";

/** A part of a claim: whether a missing row means 0 in it (`by_row` false) or nothing. */
export interface ClaimedRange {
  from: IsoDate;
  until: IsoDate;
  by_row: boolean;
}

/**
 * Months that refused rows of `stage` speak of, for a table that a claim covers. A refused row whose household or person has another row of that
 * month, here or in the warehouse, puts nothing in doubt. Call it after the load's rows are written.
 */
export async function doubtfulMonths(session: Session, table: TableSource, contract: ContractTable): Promise<DoubtfulMonths> {
  if (contract.period === undefined || table.covers.length === 0) return [];
  if ((await session.value<number>("select count(*)::integer from broken_line")) > 0) return "every";
  const period = identifier(contract.period);
  const { all } = storedColumns(contract);
  const whose = (["household_key", "person_key"] as const).filter((key) => all.includes(key));
  const unheard = whose.map(
    (key) => `
      and not exists (
        from ${contract.name} as t where t.${key} = s.${key} and date_trunc('month', t.${period}) = date_trunc('month', s.${period})
      )`,
  );
  const months = await session.rows<{ month: IsoDate | null }>(`
    select distinct date_trunc('month', s.${period})::date::varchar as month
    from stage as s
    where s.faults is not null ${unheard.join("")}
    order by month`);
  return months.some(({ month }) => month === null) ? "every" : months.map(({ month }) => month as IsoDate);
}

/** Splits a claim at doubtful months: in those only a row of its own says that a household was observed. */
export function claimedRanges({ from, until, by_row }: CoverageClaim, doubtful: DoubtfulMonths): ClaimedRange[] {
  if (doubtful === "every") return [{ from, until, by_row: true }];
  const ranges: ClaimedRange[] = [];
  for (let month = from; month < until; month = addMonths(month, 1)) {
    const isByRow = by_row || doubtful.includes(month);
    const last = ranges.at(-1);
    if (last?.by_row === isByRow) last.until = addMonths(month, 1);
    else ranges.push({ from: month, until: addMonths(month, 1), by_row: isByRow });
  }
  return ranges;
}

/** What the ledger says of doubtful months within the claims; undefined when they change nothing. */
export function doubtWarning(table: TableSource, doubtful: DoubtfulMonths): string | undefined {
  const claims = table.covers.filter((claim) => !claim.by_row);
  const effect = "there a household without a row is unknown, not at 0";
  if (doubtful === "every")
    return claims.length === 0 ? undefined : `the month of a refused row is not known, so no month is claimed as complete: ${effect}`;
  const months = doubtful.filter((month) => claims.some(({ from, until }) => month >= from && month < until));
  return months.length === 0
    ? undefined
    : `not claimed as complete because of refused rows: ${months.map((month) => month.slice(0, 7)).join(", ")}; ${effect}`;
}
