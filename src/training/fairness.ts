import { drawTimes, type Groups, type Interval, numberGroups, percentiles } from "./bootstrap.ts";
import { type Cell, type Cells, cellsOf, type Unjudged } from "./fairness-cells.ts";
import { type Compared, type Comparison, compare, comparedMeasures, type Draws } from "./fairness-comparisons.ts";
import {
  type Measure,
  measureOf,
  measures,
  proportions,
  type SummedRows,
  type Sums,
  standsOn,
  sumSlots,
  sumsAt,
  without,
} from "./fairness-measures.ts";
import { seededRandom } from "./random.ts";
import { wilson } from "./wilson.ts";

/** Rows of people, once each: what came, what was foretold, who is on the list at capacity, and what they are. */
export interface FairnessRows extends SummedRows {
  /** By name: each row's value, null where unknown. */
  columns: Readonly<Record<string, readonly (string | null)[]>>;
  /** Rows of one group (a household's, looked at from several days) are drawn together; without groups, row by row. */
  group?: readonly (string | number | null)[] | undefined;
}

export interface FairnessOptions {
  /** 200 when absent. */
  replicates?: number;
  /** 1 when absent. */
  seed?: number;
  /** Rows that a cell needs; 30 when absent. */
  leastRows?: number;
}

/** A measure with its 95 % interval; null where the cell has nothing to stand on. */
export interface Estimate {
  value: number | null;
  interval: Interval | null;
}

/** The rows of one value of a column, or of a pair of columns, beside the rest: the rows with other values of the same columns. */
export interface FairnessCell {
  columns: readonly string[];
  values: readonly string[];
  n: number;
  positives: number;
  /** Expected number on the list. */
  listed: number;
  measures: Record<Measure, Estimate>;
  rest: { n: number; positives: number; measures: Record<Measure, number | null> };
  comparisons: Record<Compared, Comparison>;
}

export interface Fairness {
  /** Of all rows. */
  n: number;
  positives: number;
  /** Expected number on the list. */
  listed: number;
  measures: Record<Measure, number | null>;
  cells: FairnessCell[];
  /** By column: what is in no cell. */
  unjudged: Record<string, Unjudged>;
  /** Comparisons that had rows enough, and how many of them are found; at most 5 % of the found ones are expected to be chance. */
  compared: number;
  found: number;
  replicates: number;
}

/**
 * Recall, precision, calibration and share of the list of each value of each column and of each pair of columns that at least `leastRows` rows
 * have, with bootstrap intervals, and each beside the rest. With weights (a survey's) every sum is of weights, scaled to 1 on average, and `n`
 * counts rows. The list is taken as it is given: who is on it does not change from draw to draw.
 * Differences are called found by Benjamini and Hochberg's rule over all cells and compared measures at once.
 */
export function measureFairness(given: FairnessRows, options: FairnessOptions = {}): Fairness {
  requireAlike(given);
  const rows = { ...given, weight: onAverageOne(given.weight) };
  const { replicates = 200, seed = 1, leastRows = 30 } = options;
  const cells = cellsOf(rows.columns, rows.label.length, leastRows);
  const groups = numberGroups(rows.label.length, rows.group);
  const once = sumSlots(cells, rows, new Uint32Array(groups.count).fill(1), groups.ofRow);
  const draws = drawCells(cells, rows, groups, { replicates, seed });
  const all = sumsAt(once, cells.totalSlot);
  const beside = cells.cells.map((cell) => ownAndRest(once, cell, cells));
  const variances = varianceOf(cells, rows);
  const compared = compare(
    beside.map((sums, cell) => {
      const { own, rest } = ownAndRest(variances, cells.cells[cell]!, cells);
      const variance = { own: own.expected, rest: rest.expected };
      return { ...sums, variance, draws: draws[cell]!.differences };
    }),
  );
  return {
    n: given.label.length,
    positives: all.positives,
    listed: all.listed,
    measures: measuresOf(all),
    cells: cells.cells.map(({ columns, values, n }, cell) => {
      const { own, rest } = beside[cell]!;
      return {
        columns,
        values,
        n,
        positives: own.positives,
        listed: own.listed,
        measures: estimatesOf(own, draws[cell]!.measures),
        rest: { n: rest.rows, positives: rest.positives, measures: measuresOf(rest) },
        comparisons: compared.comparisons[cell]!,
      };
    }),
    unjudged: cells.unjudged,
    compared: compared.compared,
    found: compared.found,
    replicates,
  };
}

/** Weights that add up to the number of rows, so that counts stay of their size. */
function onAverageOne(weight: ArrayLike<number> | undefined): Float64Array | undefined {
  if (weight === undefined) return undefined;
  const values = Float64Array.from(weight);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value / mean);
}

function requireAlike({ label, score, listed, group, weight }: FairnessRows): void {
  if ([score, listed, group ?? label, weight ?? label].some(({ length }) => length !== label.length))
    throw new RangeError(`${label.length} labels, ${score.length} scores, ${listed.length} places, ${group?.length ?? "no"} groups`);
  for (let row = 0; row < label.length; row++) {
    if (!(score[row]! >= 0 && score[row]! <= 1)) throw new RangeError(`row ${row + 1}: ${score[row]} is no probability`);
    if (!(listed[row]! >= 0 && listed[row]! <= 1)) throw new RangeError(`row ${row + 1}: ${listed[row]} is no chance of a place`);
    if (weight !== undefined && !(weight[row]! >= 0 && weight[row]! < Infinity))
      throw new RangeError(`row ${row + 1}: ${weight[row]} is no weight`);
  }
}

interface CellDraws {
  measures: Record<Measure, Draws>;
  differences: Record<Compared, Draws>;
}

/** Each cell's measures in each draw of groups, and their differences to the rest. */
function drawCells(cells: Cells, rows: FairnessRows, groups: Groups, { replicates, seed }: Required<Omit<FairnessOptions, "leastRows">>) {
  const random = seededRandom(seed);
  const empty = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, new Float64Array(replicates).fill(Number.NaN)])) as Record<Name, Draws>;
  const draws: CellDraws[] = cells.cells.map(() => ({ measures: empty(measures), differences: empty(comparedMeasures) }));
  for (let replicate = 0; replicate < replicates; replicate++) {
    const sums = sumSlots(cells, rows, drawTimes(groups, random), groups.ofRow);
    cells.cells.forEach((each, cell) => {
      const { own, rest } = ownAndRest(sums, each, cells);
      for (const measure of measures) draws[cell]!.measures[measure][replicate] = measureOf(measure, own) ?? Number.NaN;
      for (const measure of comparedMeasures)
        draws[cell]!.differences[measure][replicate] = (measureOf(measure, own) ?? Number.NaN) - (measureOf(measure, rest) ?? Number.NaN);
    });
  }
  return draws;
}

/** The sums of a cell, and of the rows with other values of its columns. */
function ownAndRest(sums: Float64Array, { slot, unknownSlot }: Cell, { totalSlot }: Cells): { own: Sums; rest: Sums } {
  const own = sumsAt(sums, slot);
  return { own, rest: without(without(sumsAt(sums, totalSlot), sumsAt(sums, unknownSlot)), own) };
}

/** Sums in which `expected` is that of p (1 - p): the variance that the events' number has if the probabilities are right. */
function varianceOf(cells: Cells, { score, label, weight }: FairnessRows): Float64Array {
  const squared = weight && Float64Array.from(weight, (each) => each ** 2);
  const asSums: SummedRows = { label, listed: score, score: score.map((p) => p * (1 - p)), weight: squared };
  const rows = label.length;
  return sumSlots(
    cells,
    asSums,
    new Uint32Array(rows).fill(1),
    Uint32Array.from({ length: rows }, (_, row) => row),
  );
}

function measuresOf(sums: Sums): Record<Measure, number | null> {
  return Object.fromEntries(measures.map((measure) => [measure, measureOf(measure, sums)])) as Record<Measure, number | null>;
}

/** Percentile intervals; Wilson's for a proportion that is 0 or 1 in every draw, of which a bootstrap knows no doubt. */
function estimatesOf(own: Sums, draws: Record<Measure, Draws>): Record<Measure, Estimate> {
  const estimates = measures.map((measure) => {
    const value = measureOf(measure, own);
    const isAtEnd = proportions.has(measure) && (value === 0 || value === 1);
    const interval = value === null ? null : isAtEnd ? wilson(value, standsOn(measure, own)) : intervalOf(draws[measure]);
    return [measure, { value, interval }] as const;
  });
  return Object.fromEntries(estimates) as Record<Measure, Estimate>;
}

/** Null where fewer than half of the draws had a value. */
function intervalOf(draws: Draws): Interval | null {
  const values = draws.filter((value) => !Number.isNaN(value));
  return 2 * values.length < draws.length ? null : percentiles(values);
}
