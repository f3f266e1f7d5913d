import type { TrainingRows } from "../training-rows.ts";
import { cellCount, cellOf, collapse, type Grid, valueInEachCell } from "./collapse.ts";
import { purify } from "./purify.ts";
import type { BoostedModel } from "./tree.ts";
import type { TreeExplainer } from "./tree-shap.ts";

/** A table of one feature or of two, by name: see `Grid` for its cells. `weights` are the training weight in each cell. */
export interface Table {
  features: string[];
  thresholds: number[][];
  values: number[];
  weights: number[];
}

/** A model as base + a sum of tables, on the scale of log-odds. One-feature tables carry all that they can; each table is 0 on average over the training rows. */
export interface Tables {
  base: number;
  tables: Table[];
}

/** The tables of a model whose paths ask for at most two features each, purified under the weights of the training rows; null when one asks for more. */
export function tablesOf(model: BoostedModel, rows: TrainingRows): Tables | null {
  const collapsed = collapse(model);
  if (collapsed === null) return null;
  const columns = model.features.map((name) => rows.columns[rows.names.indexOf(name)]!);
  const cells = new Map(
    collapsed.one.map(({ features: [feature], thresholds: [thresholds] }) => [feature!, cellsOf(columns[feature!]!, thresholds!)]),
  );
  const finest = new Map(collapsed.one.map(({ features: [feature], thresholds: [thresholds] }) => [feature!, thresholds!]));
  const weigh = (grid: Grid) => ({ ...grid, weights: weightsIn(grid, cells, finest, rows) });
  const { base, one, two } = purify({ base: collapsed.base, one: collapsed.one.map(weigh), two: collapsed.two.map(weigh) });
  const named = ({ features, ...rest }: (typeof one)[number]): Table => ({
    features: features.map((feature) => model.features[feature]!),
    ...rest,
  });
  return { base, tables: [...one, ...two].map(named) };
}

/** How much a table moves the log-odds: the root mean square of its values over the training rows. */
export function strengthOf({ values, weights }: Table): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Math.sqrt(values.reduce((sum, value, cell) => sum + (weights[cell]! / total) * value ** 2, 0));
}

/** Explains rows by tables: a one-feature table is its feature's, half of a two-feature table is each one's (their Shapley values). */
export function tableExplainer({ base, tables }: Tables, features: readonly string[]): TreeExplainer {
  const placed = tables.map((table) => ({ ...table, places: table.features.map((name) => features.indexOf(name)) }));
  return {
    base,
    explain(row) {
      const parts = new Float64Array(features.length);
      for (const { places, thresholds, values } of placed) {
        const [first, second] = places.map((place, side) => cellOf(row[place]!, thresholds[side]!));
        const value = values[second === undefined ? first! : first! * cellCount(thresholds[1]!) + second]!;
        for (const place of places) parts[place]! += value / places.length;
      }
      return parts;
    },
  };
}

function cellsOf(column: Float64Array, thresholds: readonly number[]): Uint16Array {
  const ascending = Float64Array.from(thresholds);
  return Uint16Array.from(column, (value) => cellOf(value, ascending));
}

/** Training weight in each cell of a grid, from the rows' cells on each feature's finest thresholds. */
function weightsIn(
  { features, thresholds, values }: Grid,
  cells: ReadonlyMap<number, Uint16Array>,
  finest: ReadonlyMap<number, readonly number[]>,
  { label, weight }: TrainingRows,
): number[] {
  const weights = new Array<number>(values.length).fill(0);
  const [first, second] = features.map((feature, side) => {
    const into = valueInEachCell(finest.get(feature)!).map((value) => cellOf(value, thresholds[side]!));
    return { cells: cells.get(feature)!, into };
  });
  const columns = second === undefined ? 1 : cellCount(thresholds[1]!);
  for (let row = 0; row < label.length; row++) {
    const at = first!.into[first!.cells[row]!]! * columns + (second === undefined ? 0 : second.into[second.cells[row]!]!);
    weights[at]! += weight === undefined ? 1 : weight[row]!;
  }
  return weights;
}
