import { type Collapsed, cellCount, cellOf, type Grid, valueInEachCell } from "./collapse.ts";

/** A grid with the training weight in each cell. */
export interface WeighedGrid extends Grid {
  weights: number[];
}

export interface WeighedTables extends Collapsed {
  one: WeighedGrid[];
  two: WeighedGrid[];
}

const mostSweeps = 10_000;
/** A sweep that moves no more than this part of a table's largest value is the last. */
const rest = 1e-13;

/**
 * Moves all that one-feature tables can carry out of the two-feature tables, and all that the base can carry out of the one-feature tables:
 * the mass-moving of Lengerich et al. (2020), "Purifying interaction effects with the functional ANOVA", under the cells' training weights.
 * The sum stays what it was. A row or column that no training row is in is weighted as the others are on the whole.
 */
export function purify({ base, one, two }: WeighedTables): WeighedTables {
  const main = new Map(one.map((grid) => [grid.features[0]!, { ...grid, values: [...grid.values] }]));
  const pure = two.map((grid) => {
    const moved = withoutMeans(grid);
    moved.means.forEach((means, side) => {
      addTo(main.get(grid.features[side]!)!, grid.thresholds[side]!, means);
    });
    return { ...grid, values: moved.values };
  });
  let centre = base;
  const centred = [...main.values()].map((grid) => {
    const mean = meanOf(grid.values, grid.weights);
    centre += mean;
    return { ...grid, values: grid.values.map((value) => value - mean) };
  });
  return { base: centre, one: centred, two: pure };
}

/** A grid of two features less its weighted means by row and by column, and what was taken of each row and of each column. */
function withoutMeans({ thresholds, values, weights }: WeighedGrid): { values: number[]; means: [number[], number[]] } {
  const [rows, columns] = thresholds.map(cellCount) as [number, number];
  const left = [...values];
  const lines = [linesOf(weights, rows, columns, columns, 1), linesOf(weights, columns, rows, 1, columns)];
  const means: [number[], number[]] = [new Array<number>(rows).fill(0), new Array<number>(columns).fill(0)];
  const least = rest * Math.max(...values.map(Math.abs));
  for (let sweep = 0, largest = Infinity; sweep < mostSweeps && largest > least; sweep++) {
    largest = 0;
    lines.forEach((side, which) => {
      side.forEach(({ cells, shares }, line) => {
        const mean = cells.reduce((sum, cell, place) => sum + shares[place]! * left[cell]!, 0);
        for (const cell of cells) left[cell]! -= mean;
        means[which as 0 | 1][line]! += mean;
        largest = Math.max(largest, Math.abs(mean));
      });
    });
  }
  return { values: left, means };
}

/** The cells of each row (or column) and their shares of its weight. */
function linesOf(
  weights: readonly number[],
  lines: number,
  length: number,
  step: number,
  stride: number,
): { cells: number[]; shares: number[] }[] {
  const cells = Array.from({ length: lines }, (_, line) => Array.from({ length }, (_, place) => line * step + place * stride));
  const overall = Array.from({ length }, (_, place) => cells.reduce((sum, line) => sum + weights[line[place]!]!, 0));
  return cells.map((line) => {
    const own = line.map((cell) => weights[cell]!);
    const used = own.some((weight) => weight > 0) ? own : overall;
    const total = used.reduce((sum, weight) => sum + weight, 0);
    return { cells: line, shares: used.map((weight) => weight / total) };
  });
}

/** Adds what each cell of some thresholds has to the cells of a grid of the same feature with finer ones. */
function addTo(grid: WeighedGrid, thresholds: readonly number[], values: readonly number[]): void {
  valueInEachCell(grid.thresholds[0]!).forEach((value, cell) => {
    grid.values[cell]! += values[cellOf(value, thresholds)]!;
  });
}

function meanOf(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, cell) => sum + (weights[cell]! / total) * value, 0);
}
