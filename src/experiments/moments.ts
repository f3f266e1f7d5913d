import { addDays, addMonths, type IsoDate, referenceQuarter } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { publicationLags } from "../features/clock.ts";
import { labelWindow } from "../features/labels.ts";
import type { Session } from "../warehouse/session.ts";
import type { Experiment } from "./experiment.ts";
import { asOfDates, type Moment } from "./splits.ts";

/** The days an experiment looks from: as soon as there is enough history of income, as long as the label is known by `knownBy` (by the day on which all income is in, when absent). A UserError when there is none. */
export async function momentsOf(
  session: Session,
  { label, as_of, outcome_lag_days, file }: Experiment,
  snapshot: number,
  knownBy?: IsoDate,
): Promise<Moment[]> {
  const { covered_from, known_on } = await session.row<{ covered_from: string | null; known_on: string | null }>(
    `select greatest(min(month_from), (select date_trunc('quarter', min(month))::date from income where load_id <= $snapshot)) as covered_from, max(complete_through + 1 + publication_lag_days)::date as known_on
     from coverage where table_name = 'income' and load_id <= $snapshot`,
    { snapshot },
  );
  if (covered_from === null || known_on === null)
    throw new UserError("no_coverage", `${file}: no load says which months of income it covers; add covers to the source of income`);
  const lags = await publicationLags(session, snapshot);
  const incomeLag = lags.get("income") ?? 0;
  const labelKnownOn = (asOf: IsoDate) => {
    const window = labelWindow(label, asOf, incomeLag);
    return addDays(window.horizonUntil, (lags.get(window.register) ?? 0) + outcome_lag_days);
  };
  const until = knownBy !== undefined && knownBy < known_on ? knownBy : known_on;
  const earliest = addMonths(covered_from, as_of.history_months);
  const from = as_of.from !== undefined && as_of.from > earliest ? as_of.from : earliest;
  const dates = asOfDates({ from, until, everyMonths: as_of.every_months, labelKnownOn }).filter(
    (asOf) => as_of.until === undefined || asOf <= as_of.until,
  );
  if (dates.length === 0)
    throw new UserError(
      "no_labels",
      `${file}: income is covered from ${covered_from}; with ${as_of.history_months} months of history no ${label} is known by ${until}${as_of.from === undefined && as_of.until === undefined ? "" : " within as_of.from and as_of.until"}`,
    );
  return dates.map((asOf) => ({ asOf, quarter: referenceQuarter(asOf, incomeLag), labelKnownOn: labelKnownOn(asOf) }));
}
