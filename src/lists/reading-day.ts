import { dateAt, type IsoDate, parseDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { PublishedMeta } from "./published.ts";

/**
 * The day on which a list is read. Real households' is today where they live; a later day may be asked for, an earlier one would show scores
 * that have expired. Made-up households live by their own calendar: theirs is the run's day, or any day given.
 */
export function readingDay(meta: Pick<PublishedMeta, "synthetic" | "as_of" | "time_zone">, asked: string | undefined, now: Date): IsoDate {
  const given = asked === undefined ? undefined : parseDate(asked, "--today");
  if (meta.synthetic) return given ?? meta.as_of;
  const today = dateAt(now, meta.time_zone);
  if (given !== undefined && given < today)
    throw new UserError("past_day", `--today ${given}: today is ${today}; a list of real households is not read as of an earlier day`, {
      exitCode: 2,
    });
  return given ?? today;
}
