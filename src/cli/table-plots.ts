import { cellCount } from "../training/boosting/collapse.ts";
import { strengthOf, type Table } from "../training/boosting/tables.ts";

const mostLines = 12;
const mostColumns = 12;
const barWidth = 24;
const shades = " ░▒▓█";

/** A table as a plot in characters: bars by cell for one feature, a shaded grid for two. Cells that few rows are in are drawn together. */
export function plotOf(table: Table): string {
  const title = `${table.features.join(" x ")}  (moves the log-odds by ${strengthOf(table).toFixed(3)} on average)`;
  return `${title}\n${(table.features.length === 1 ? barsOf(table) : gridOf(table)).map((line) => `  ${line}`).join("\n")}`;
}

function barsOf({ thresholds: [thresholds], values, weights }: Table): string[] {
  const groups = groupsOf(weights, mostLines);
  const shown = groups.map((cells) => ({
    name: rangeOf(cells, thresholds!),
    value: meanOf(cells, values, weights),
    weight: sumOf(cells, weights),
  }));
  const [largest, total] = [
    Math.max(...shown.map(({ value }) => Math.abs(value)), 1e-12),
    shown.reduce((sum, { weight }) => sum + weight, 0),
  ];
  const width = Math.max(...shown.map(({ name }) => name.length));
  return shown.map(({ name, value, weight }) => {
    const bar = "█".repeat(Math.round((barWidth / 2) * (Math.abs(value) / largest)));
    const drawn = value < 0 ? `${bar.padStart(barWidth / 2)}│` : `${" ".repeat(barWidth / 2)}│${bar}`;
    return `${name.padEnd(width)}  ${drawn.padEnd(barWidth + 1)}  ${value.toFixed(3).padStart(7)}  ${((100 * weight) / total).toFixed(1).padStart(5)} % of rows`;
  });
}

function gridOf({ features, thresholds, values, weights }: Table): string[] {
  const width = cellCount(thresholds[1]!);
  const place = (row: number, column: number) => row * width + column;
  const byRow = Array.from({ length: cellCount(thresholds[0]!) }, (_, row) =>
    weights.slice(row * width, (row + 1) * width).reduce((sum, each) => sum + each, 0),
  );
  const byColumn = Array.from({ length: width }, (_, column) => byRow.reduce((sum, _, row) => sum + weights[place(row, column)]!, 0));
  const [rows, columns] = [groupsOf(byRow, mostLines), groupsOf(byColumn, mostColumns)];
  const means = rows.map((down) =>
    columns.map((over) =>
      meanOf(
        down.flatMap((row) => over.map((column) => place(row, column))),
        values,
        weights,
      ),
    ),
  );
  const largest = Math.max(...means.flat().map(Math.abs), 1e-12);
  const names = rows.map((down) => rangeOf(down, thresholds[0]!));
  const margin = Math.max(...names.map((name) => name.length));
  const mark = (value: number) =>
    (value < 0 ? "-" : "+") + shades[Math.round((shades.length - 1) * (Math.abs(value) / largest))]!.repeat(2);
  return [
    `rows: ${features[0]}; columns: ${features[1]}, ${columns.map((over) => rangeOf(over, thresholds[1]!)).join(" | ")}; █ is ${largest.toFixed(3)}`,
    ...means.map((line, row) => `${names[row]!.padEnd(margin)}  ${line.map(mark).join(" ")}`),
  ];
}

/** Neighbouring cells in at most so many groups of about the same weight; the last cell, of the unknown, stays alone, and is left out where it is empty. */
function groupsOf(weights: readonly number[], most: number): number[][] {
  const known = weights.slice(0, -1);
  const total = known.reduce((sum, weight) => sum + weight, 0);
  const groups: number[][] = Array.from({ length: Math.min(most, known.length) }, () => []);
  let before = 0;
  known.forEach((weight, cell) => {
    groups[known.length <= most ? cell : Math.min(most - 1, Math.floor((most * before) / total))]!.push(cell);
    before += weight;
  });
  const filled = groups.filter((cells) => cells.length > 0);
  return weights.at(-1)! > 0 ? [...filled, [known.length]] : filled;
}

function rangeOf(cells: readonly number[], thresholds: readonly number[]): string {
  if (cells[0]! > thresholds.length) return "unknown";
  const [above, upTo] = [thresholds[cells[0]! - 1], thresholds[cells.at(-1)!]];
  if (above === undefined) return upTo === undefined ? "known" : `<= ${short(upTo)}`;
  return upTo === undefined ? `> ${short(above)}` : `${short(above)} to ${short(upTo)}`;
}

function meanOf(cells: readonly number[], values: readonly number[], weights: readonly number[]): number {
  const total = sumOf(cells, weights);
  return cells.reduce((sum, cell) => sum + values[cell]! * (total > 0 ? weights[cell]! / total : 1 / cells.length), 0);
}

function sumOf(cells: readonly number[], weights: readonly number[]): number {
  return cells.reduce((sum, cell) => sum + weights[cell]!, 0);
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
