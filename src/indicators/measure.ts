import { addMonths, type IsoDate, monthStart } from "../domain/dates.ts";
import type { Cut } from "../features/clock.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { addCells, cellSelect } from "./cells.ts";
import { createProgramme, sqlText } from "./programme.ts";

/** What `measureProgramme` leaves: tables, and how each is read, in the order of its unique key. */
export const programmeTables = {
  indicator_cell: cellSelect,
  indicator_place: 'select * from indicator_place order by area, "table"',
  spell_time: "select * from spell_time order by curve, area, days",
  recipient: "select * exclude (household_key, spell, has_persons, is_rural) from recipient order by household_id",
  recipient_note: "select * from recipient_note order by household_id, note, reason",
} as const;

/** First days of months before the cut at which the series stands, oldest first: as many as `months` less one, and the cut itself. */
export function seriesDays(asOf: IsoDate, months: number): IsoDate[] {
  const start = monthStart(asOf) === asOf ? addMonths(asOf, -1) : monthStart(asOf);
  const earlier = Array.from({ length: months - 1 }, (_, back) => addMonths(start, -back));
  return [...earlier.reverse(), asOf];
}

/**
 * Measures the programme as known at the cut: leaves the tables of `programmeTables`. With `months` above 1 the indicators are also measured as
 * they were known on the first days of the months before. Sets the session's reference tables.
 */
export async function measureProgramme(
  session: Session,
  deployment: Deployment,
  { asOf, snapshot, months = 1, progress = () => undefined }: Cut & { months?: number; progress?: (done: number, total: number) => void },
): Promise<void> {
  const days = seriesDays(asOf, months);
  let parameters: Parameters = {};
  for (const [done, day] of days.entries()) {
    progress(done, days.length);
    await createReferenceTables(session, deployment, day);
    parameters = await createProgramme(session, { asOf: day, snapshot });
    await addCells(session, parameters);
  }
  for (const table of ["indicator_place", "spell_time", "recipient_note"])
    await session.run(`create or replace temp table ${table} as ${sqlText("programme", table)}`, parameters);
}
