import { addMonths, type IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";

/** What a synthetic population is made by. Only households, months, seed and until change what is written. */
export interface SynthOptions {
  households: number;
  months: number;
  seed: number;
  /** First month that is not generated. */
  until: IsoDate;
  directory: string;
  threads: number;
  /** Parts made at the same time. */
  partitions: number;
  /** Tables to write; all when absent. What is left out does not change the others. */
  tables?: readonly string[];
  progress?: (done: number, total: number) => void;
}

/** Households in a part; fixed, so that files never depend on how the work is shared out. */
export const householdsPerPart = 25_000;

/** Months before the window that are lived but not written, so that it begins in the middle of life. */
const monthsBefore = 12;

/** Refuses a window that does not begin on a month's first day. */
export function checkUntil(until: IsoDate): void {
  if (!until.endsWith("-01"))
    throw new UserError("bad_option", `--until ${until}: give the first day of a month, the first that is not generated`, { exitCode: 2 });
}

/** Year times twelve plus month from 0: how the SQL counts months. */
export function monthNumber(date: IsoDate): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

/** The months that are lived, the window and what comes before it. */
export function livedMonths({ until, months }: Pick<SynthOptions, "until" | "months">): IsoDate[] {
  return Array.from({ length: months + monthsBefore }, (_, index) => addMonths(until, index - months - monthsBefore));
}
