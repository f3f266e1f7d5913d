import type { ScaleOptions } from "@observablehq/plot";
import { cellCount } from "../training/boosting/collapse.ts";
import type { Table } from "../training/boosting/tables.ts";

/** Cells of known values as stretches of the axis; the first and the last, which have no end, are given one. */
export function stretchesOf(thresholds: readonly number[]): { from: number; to: number }[] {
  const span = (thresholds.at(-1) ?? 0) - (thresholds[0] ?? 0);
  const room = span > 0 ? 0.08 * span : 1;
  const ends = [(thresholds[0] ?? 0) - room, ...thresholds, (thresholds.at(-1) ?? 0) + room];
  return ends.slice(1).map((to, cell) => ({ from: ends[cell]!, to }));
}

/** A few large thresholds among many small ones ask for a scale that shows both. */
export function scaleOf(thresholds: readonly number[]): ScaleOptions {
  const sizes = thresholds
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const [middle, most] = [sizes[sizes.length >> 1] ?? 0, sizes.at(-1) ?? 0];
  return most > 20 * middle ? { type: "symlog", constant: middle } : { type: "linear" };
}

const mostTicks = 8;

/** One cell of a two-feature table: its row and column, where it lies, and whether a training row is in it. */
export interface HeatCell {
  row: number;
  column: number;
  x1: number;
  x2: number;
  y1: number;
  y2: number;
  value: number;
  weight: number;
}

/** A two-feature table as a map: each known cell one wide, the unknown apart where a training row is unknown. The first feature goes up, the second right. */
export function heatMap({ thresholds, values, weights }: Pick<Table, "thresholds" | "values" | "weights">) {
  const [rows, columns] = [cellCount(thresholds[0]!), cellCount(thresholds[1]!)];
  const [up, right] = [placesOf(thresholds[0]!), placesOf(thresholds[1]!)];
  const all = values.map((value, at): HeatCell => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const [[y1, y2], [x1, x2]] = [up.stretch(row), right.stretch(column)];
    return { row, column, x1, x2, y1, y2, value, weight: weights[at]! };
  });
  const hasUnknown = {
    up: all.some(({ row, weight }) => row === rows - 1 && weight > 0),
    right: all.some(({ column, weight }) => column === columns - 1 && weight > 0),
  };
  /** The axis of a feature: `tickOf` says a threshold, `unknown` stands under what is unknown. */
  const axis = (side: "up" | "right", unknown: string, tickOf: (threshold: number) => string, ticks = mostTicks): ScaleOptions => {
    const [edges, places] = side === "up" ? [thresholds[0]!, up] : [thresholds[1]!, right];
    const every = Math.ceil(edges.length / ticks);
    const inner = edges.flatMap((_, cell) => (cell % every === 0 ? [cell + 1] : []));
    return {
      domain: [0, places.end(hasUnknown[side])],
      ticks: [...inner, ...(hasUnknown[side] ? [places.middleOfUnknown] : [])],
      tickFormat: (place: number) => (place === places.middleOfUnknown ? unknown : tickOf(edges[place - 1]!)),
    };
  };
  const cells = all.filter(({ row, column }) => (hasUnknown.up || row < rows - 1) && (hasUnknown.right || column < columns - 1));
  return { cells, axis };
}

/** Places of a map's cells along an axis: each known cell one wide, then a gap, then the unknown, wide enough to be seen. */
function placesOf(thresholds: readonly number[]) {
  const known = thresholds.length + 1;
  const unknown = { from: known + Math.max(0.3, known / 30), size: Math.max(1, known / 10) };
  return {
    stretch: (cell: number) => (cell < known ? [cell, cell + 1] : [unknown.from, unknown.from + unknown.size]) as [number, number],
    end: (isUnknownIn: boolean) => (isUnknownIn ? unknown.from + unknown.size : known),
    middleOfUnknown: unknown.from + unknown.size / 2,
  };
}
