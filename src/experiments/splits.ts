import { addMonths, type IsoDate, monthStart } from "../domain/dates.ts";

/** A day that was looked from: its reference quarter, and the day by which its label was decided. */
export interface Moment {
  asOf: IsoDate;
  /** First day of the last complete quarter at `asOf`. */
  quarter: IsoDate;
  /** The label's window is (asOf, labelEnds]. */
  labelEnds: IsoDate;
}

/** Households at moments, row by row. */
export interface Examples {
  moments: readonly Moment[];
  /** Index into `moments`. */
  moment: Uint16Array;
  household: ArrayLike<number>;
}

/** Row numbers to learn from and to be judged by. */
export interface Split {
  train: Uint32Array;
  test: Uint32Array;
}

/** How households are divided: see Experiment. */
export type Households = "apart" | "shared";

/** The days looked from: every `everyMonths` months, from the first with `historyMonths` behind `dataFrom` to the last whose label ends by `until`. */
export function asOfDates(range: { dataFrom: IsoDate; until: IsoDate; everyMonths: number; historyMonths: number; horizonMonths: number }): IsoDate[] {
  const { everyMonths, historyMonths, horizonMonths, until } = range;
  const first = monthStart(addMonths(range.dataFrom, historyMonths));
  const dates: IsoDate[] = [];
  for (let step = 0; ; step++) {
    const asOf = addMonths(first, step * everyMonths);
    if (addMonths(asOf, horizonMonths) > until) return dates;
    dates.push(asOf);
  }
}

/** Years of the reference quarters, in order. */
export function yearsOf(moments: readonly Moment[]): number[] {
  return [...new Set(moments.map(({ quarter }) => yearOf(quarter)))].sort((a, b) => a - b);
}

/** Tests the households of a year's reference quarters; learns from rows whose label was decided before that year began. */
export function yearSplit(examples: Examples, year: number, households: Households): Split {
  return split(examples, `${year}-01-01`, (moment) => yearOf(moment.quarter) === year, households);
}

/** Tests every row looked from on or after a day; learns from rows whose label was decided by that day. */
export function laterSplit(examples: Examples, from: IsoDate, households: Households): Split {
  return split(examples, from, (moment) => moment.asOf >= from, households);
}

function split(examples: Examples, decidedBy: IsoDate, isTest: (moment: Moment) => boolean, households: Households): Split {
  const tested = examples.moments.map(isTest);
  const learned = examples.moments.map((moment) => moment.labelEnds <= decidedBy);
  const rows = Uint32Array.from(examples.moment, (_, row) => row);
  const test = rows.filter((row) => tested[examples.moment[row]!]);
  const judged = new Set(households === "apart" ? Array.from(test, (row) => examples.household[row]!) : []);
  return { test, train: rows.filter((row) => learned[examples.moment[row]!] && !judged.has(examples.household[row]!)) };
}

function yearOf(date: IsoDate): number {
  return Number(date.slice(0, 4));
}
