import { addMonths, type IsoDate, monthStart } from "../domain/dates.ts";

/** A day that was looked from: its reference quarter, and the day on which its label was known. */
export interface Moment {
  asOf: IsoDate;
  /** First day of the last complete quarter at `asOf`. */
  quarter: IsoDate;
  /** The end of the label's window, and of the wait for the register to publish it. */
  labelKnownOn: IsoDate;
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

/** The days looked from: the first of a month on or after `from`, then every so many months as long as the label is known by `until`. */
export function asOfDates(range: {
  from: IsoDate;
  until: IsoDate;
  everyMonths: number;
  labelKnownOn: (asOf: IsoDate) => IsoDate;
}): IsoDate[] {
  const first = range.from.endsWith("-01") ? range.from : addMonths(monthStart(range.from), 1);
  const dates: IsoDate[] = [];
  for (let step = 0; ; step++) {
    const asOf = addMonths(first, step * range.everyMonths);
    if (range.labelKnownOn(asOf) > range.until) return dates;
    dates.push(asOf);
  }
}

/** Years of the reference quarters, in order. */
export function yearsOf(moments: readonly Moment[]): number[] {
  return [...new Set(moments.map(({ quarter }) => yearOf(quarter)))].sort((a, b) => a - b);
}

/** Tests the households of a year's reference quarters; learns from rows whose label was known when that year began. */
export function yearSplit(examples: Examples, year: number, households: Households): Split {
  return split(examples, `${year}-01-01`, (moment) => yearOf(moment.quarter) === year, households);
}

/** Tests every row looked from on or after a day; learns from rows whose label was known on that day. */
export function laterSplit(examples: Examples, from: IsoDate, households: Households): Split {
  return split(examples, from, (moment) => moment.asOf >= from, households);
}

function split(examples: Examples, knownBy: IsoDate, isTest: (moment: Moment) => boolean, households: Households): Split {
  const tested = examples.moments.map(isTest);
  const learned = examples.moments.map((moment) => moment.labelKnownOn <= knownBy);
  const rows = Uint32Array.from(examples.moment, (_, row) => row);
  const test = rows.filter((row) => tested[examples.moment[row]!]);
  const judged = new Set(households === "apart" ? Array.from(test, (row) => examples.household[row]!) : []);
  return { test, train: rows.filter((row) => learned[examples.moment[row]!] && !judged.has(examples.household[row]!)) };
}

function yearOf(date: IsoDate): number {
  return Number(date.slice(0, 4));
}
