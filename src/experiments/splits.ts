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

/** What is tested, what is learned from for it, and what a list is compared with: moments by number. */
export interface PlannedSplit {
  /** The year tested, or the first day of the window. */
  name: string;
  /** By then a label must be known to be learned from. */
  knownBy: IsoDate;
  test: number[];
  train: number[];
  /** Moments of the split that comes next; none after the last. */
  next: number[];
}

interface SplitRule {
  splits: "reference_year" | { months: number; last?: number | undefined };
  training: { months?: number | undefined; every_months?: number | undefined };
}

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

/**
 * Windows to be tested one after the other, each learning from what was known when it began. `reference_year`: the reference quarters of a
 * calendar year; else windows of so many months that end with the last day looked from, of which the `last` ones are kept.
 * `training` cuts to the months before the window, and thins the days learned from, counted back from the latest.
 */
export function planSplits(moments: readonly Moment[], { splits, training }: SplitRule): PlannedSplit[] {
  const windows =
    splits === "reference_year" ? yearWindows(moments) : monthWindows(moments, splits.months).slice(-(splits.last ?? Infinity));
  return windows.map(({ name, knownBy, test }, place) => {
    const earliest = training.months === undefined ? "" : addMonths(knownBy, -training.months);
    const known = numbersOf(moments, ({ asOf, labelKnownOn }) => labelKnownOn <= knownBy && asOf >= earliest);
    return { name, knownBy, test, train: thinned(moments, known, training.every_months ?? 1), next: windows[place + 1]?.test ?? [] };
  });
}

type Window = Pick<PlannedSplit, "name" | "knownBy" | "test">;

function yearWindows(moments: readonly Moment[]): Window[] {
  return yearsOf(moments).map((year) => ({
    name: String(year),
    knownBy: `${year}-01-01`,
    test: numbersOf(moments, ({ quarter }) => yearOf(quarter) === year),
  }));
}

function monthWindows(moments: readonly Moment[], months: number): Window[] {
  const windows: Window[] = [];
  const first = moments[0]?.asOf;
  if (first === undefined) return windows;
  for (let until = addMonths(moments.at(-1)!.asOf, 1); until > first; until = addMonths(until, -months)) {
    const test = numbersOf(moments, ({ asOf }) => asOf < until && asOf >= addMonths(until, -months));
    const from = moments[test[0] ?? -1]?.asOf;
    if (from !== undefined) windows.unshift({ name: from, knownBy: from, test });
  }
  return windows;
}

/** Every so many months, from the latest back. */
function thinned(moments: readonly Moment[], numbers: readonly number[], months: number): number[] {
  const kept: number[] = [];
  for (const number of [...numbers].reverse()) {
    const after = kept[0] === undefined ? undefined : moments[kept[0]]!.asOf;
    if (after === undefined || moments[number]!.asOf <= addMonths(after, -months)) kept.unshift(number);
  }
  return kept;
}

function numbersOf(moments: readonly Moment[], isWanted: (moment: Moment) => boolean): number[] {
  return moments.flatMap((moment, number) => (isWanted(moment) ? [number] : []));
}

/** The rows of a planned split. `apart`: households that are tested teach nothing. */
export function rowsOfSplit(
  { moment, household }: Examples,
  { test, train }: Pick<PlannedSplit, "test" | "train">,
  households: Households,
): Split {
  const rows = Uint32Array.from(moment, (_, row) => row);
  const tested = rows.filter((row) => test.includes(moment[row]!));
  const judged = new Set(households === "apart" ? Array.from(tested, (row) => household[row]!) : []);
  return { test: tested, train: rows.filter((row) => train.includes(moment[row]!) && !judged.has(household[row]!)) };
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
