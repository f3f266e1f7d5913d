import { type IsoDate, quarterName } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";

/** Which lines must stand: for the regions of `households` (a relation with region_code), in a quarter. */
interface Wanted {
  households: string;
  /** Such as `quarter_line`. */
  lines: string;
  quarter: IsoDate;
}

/** Refuses a quarter without a line in a region that has households: their income would be unknown against it, and nobody told. */
export async function requireLines(session: Session, { households, lines, quarter }: Wanted): Promise<void> {
  const missing = await session.rows<{ region_code: string }>(
    `select distinct r.region_code
     from ${households} as r
     anti join ${lines} as l on l.region_code = r.region_code and l.quarter = $quarter::date
     order by r.region_code`,
    { quarter },
  );
  const [first] = missing;
  if (first === undefined) return;
  const file = await session.value<string | null>(
    "select max(comment) from duckdb_tables() where temporary and table_name = 'reference_line'",
  );
  const others = missing.length === 1 ? "" : ` (${missing.length} such regions in all)`;
  throw new UserError(
    "no_line",
    `${file ?? "the deployment's quarters"}: region ${first.region_code} has households, but no row of ${quarterName(quarter)}${others}; add its subsistence minimum and median income`,
  );
}
