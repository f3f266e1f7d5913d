import { cellCount } from "../training/boosting/collapse.ts";
import type { Table, Tables } from "../training/boosting/tables.ts";

/**
 * The model's sum of tables as one select for DuckDB, by which an auditor recomputes margin and probability without this program:
 * from a table `households` with a column per feature, NULL (or NaN) where unknown; all of its columns come out too.
 */
export function scoreSql({ base, tables }: Tables): string {
  const grids = [...new Map(tables.flatMap(axesOf).map((axis) => [keyOf(axis), axis])).values()];
  const columns = new Map(grids.map((axis, index) => [keyOf(axis), `cell_${index + 1}`]));
  const cells = grids.map((axis) => `    ${cellSql(axis)} as ${columns.get(keyOf(axis))}`);
  const terms = tables.map((table) => `      + ${valueSql(table, columns)} -- ${table.features.join(", ").replaceAll(/\s+/g, " ")}`);
  return `-- One row per row of households, with the model's margin (log-odds) and probability. Unknown values are NULL or NaN.
-- A cell is the number of thresholds that a value lies above, counted from 1; one more than the last is for the unknown. See tables.json.
with cells as (
  select households.*${cells.length === 0 ? "" : ",\n"}${cells.join(",\n")}
  from households
), margins as (
  select *, ${double(base)}
${terms.join("\n")}
      as margin
  from cells
)
select *${columns.size === 0 ? "" : ` exclude (${[...columns.values()].join(", ")})`}, 1e0 / (1e0 + exp(-margin)) as probability
from margins
`;
}

interface Axis {
  feature: string;
  thresholds: readonly number[];
}

function axesOf({ features, thresholds }: Table): Axis[] {
  return features.map((feature, side) => ({ feature, thresholds: thresholds[side]! }));
}

function keyOf({ feature, thresholds }: Axis): string {
  return JSON.stringify([feature, thresholds]);
}

/** Cells as their numbers from 1. */
function cellSql({ feature, thresholds }: Axis): string {
  const column = `households."${feature.replaceAll('"', '""')}"::double`;
  const ends = thresholds.map((threshold, cell) => `when ${column} <= ${double(threshold)} then ${cell + 1} `).join("");
  return `case when ${column} is null or isnan(${column}) then ${cellCount(thresholds)} ${ends}else ${thresholds.length + 1} end`;
}

function valueSql(table: Table, columns: ReadonlyMap<string, string>): string {
  const [first, second] = axesOf(table).map((axis) => columns.get(keyOf(axis))!);
  const place = second === undefined ? first : `(${first} - 1) * ${cellCount(table.thresholds[1]!)} + ${second}`;
  return `([${table.values.map(double).join(", ")}])[${place}]`;
}

/** A literal that DuckDB reads as that double: without an exponent it would be a decimal. */
function double(value: number): string {
  const text = String(value + 0);
  return text.includes("e") ? text : `${text}e0`;
}
