import { z } from "zod";
import { firstAbove, firstNotBelow } from "../domain/ascending.ts";

const Count = z.int().min(0);

/**
 * Cells that the values of a feature are counted in. `numeric`: cell i holds the values in (edges[i - 1], edges[i]], the last one those above
 * every edge. `few`: one cell for each value, and a last one for all others.
 */
const Cells = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("numeric"), edges: z.array(z.number()) }),
  z.strictObject({ kind: z.literal("few"), values: z.array(z.number()) }),
]);
export type Cells = z.infer<typeof Cells>;

/** How the values of a feature spread over rows: counts by cell, and the rows in which it is unknown. Says nothing of a single row. */
export const Distribution = z
  .strictObject({ cells: Cells, counts: z.array(Count), missing: Count })
  .refine(({ cells, counts }) => counts.length === cellCount(cells), "one count for each cell");
export type Distribution = z.infer<typeof Distribution>;

/** A count of 1 to 4 rows could point at a household; nothing is kept that small. */
const leastRows = 5;
/** A column of no more distinct values is counted by value. */
const mostValues = 12;
/** Numeric columns are cut at percentiles. */
const mostCells = 100;

/** Counts a column (NaN is unknown) in cells of its own: by value where they are few, else between rounded percentiles. */
export function distributionOf(column: Float64Array): Distribution {
  const known = column.filter((value) => !Number.isNaN(value)).sort();
  const cells = known.length < leastRows ? noCells : (fewValues(known) ?? percentiles(known));
  const { counts, missing } = countIn(cells, column);
  return { cells, counts: counts.map(atLeast), missing: atLeast(missing) };
}

/** Counts a column in given cells. */
export function countIn(cells: Cells, column: Float64Array): Pick<Distribution, "counts" | "missing"> {
  const counts = new Array<number>(cellCount(cells)).fill(0);
  const place = cells.kind === "few" ? placeAmong(cells.values) : (value: number) => firstNotBelow(cells.edges, value);
  let missing = 0;
  for (const value of column) {
    if (Number.isNaN(value)) missing += 1;
    else counts[place(value)]! += 1;
  }
  return { counts, missing };
}

/** The value or edge at or below which half of the known rows lie; null when that is above every edge, among other values, or nothing is known. */
export function medianOf({ cells, counts }: Pick<Distribution, "cells" | "counts">): number | null {
  const half = total(counts) / 2;
  const points = cells.kind === "few" ? cells.values : cells.edges;
  let below = 0;
  for (const [index, point] of points.entries()) {
    below += counts[index]!;
    if (half > 0 && below >= half) return point;
  }
  return null;
}

export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

const noCells: Cells = { kind: "few", values: [] };

function cellCount(cells: Cells): number {
  return (cells.kind === "few" ? cells.values.length : cells.edges.length) + 1;
}

/** What is left of a count that is too small to be kept: none. */
function atLeast(count: number): number {
  return count < leastRows ? 0 : count;
}

/** The values that enough rows have, if the column has few; undefined when it has many. */
function fewValues(sorted: Float64Array): Cells | undefined {
  const seen = new Map<number, number>();
  for (const value of sorted) {
    seen.set(value, (seen.get(value) ?? 0) + 1);
    if (seen.size > mostValues) return undefined;
  }
  return { kind: "few", values: [...seen].flatMap(([value, rows]) => (rows < leastRows ? [] : [value])) };
}

/** Percentiles rounded to three digits, so that no edge is a household's own value; those with too few rows between them are left out. */
function percentiles(sorted: Float64Array): Cells {
  const wanted = Array.from({ length: mostCells - 1 }, (_, index) => sorted[Math.ceil(((index + 1) / mostCells) * sorted.length) - 1]!);
  const edges: number[] = [];
  let below = 0;
  for (const edge of new Set(wanted.map((value) => Number(value.toPrecision(3))))) {
    const upTo = firstAbove(sorted, edge);
    if (upTo - below < leastRows || sorted.length - upTo < leastRows) continue;
    edges.push(edge);
    below = upTo;
  }
  return { kind: "numeric", edges };
}

function placeAmong(values: readonly number[]): (value: number) => number {
  const places = new Map(values.map((value, index) => [value, index]));
  return (value) => places.get(value) ?? values.length;
}
