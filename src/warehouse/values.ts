import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBValue,
  listValue,
} from "@duckdb/node-api";

/** A value bound to a `$name` of a statement. Dates and timestamps go in as text and are cast in the SQL. */
export type Parameter = string | number | bigint | boolean | null | Uint8Array | readonly string[];
export type Parameters = Readonly<Record<string, Parameter>>;
/** A row as plain values: dates as `YYYY-MM-DD`, timestamps as ISO text, whole numbers and decimals as numbers, lists and structs as such. */
export type Row = Record<string, unknown>;
/** A parameter as the database takes it. */
export function bindable(value: Parameter): DuckDBValue {
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
  if (Array.isArray(value)) return listValue(value as string[]);
  return value as DuckDBValue;
}

/** A row of the database as plain values; a whole number too large to be exact is refused. */
export function plainRow(row: Record<string, DuckDBValue>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

function plain(value: DuckDBValue): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit a number exactly; cast it in the SQL`);
    return number;
  }
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBTimestampValue) return value.toString().replace(" ", "T");
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  if (value instanceof DuckDBStructValue) return plainRow(value.entries as Record<string, DuckDBValue>);
  if (value instanceof DuckDBBlobValue) return value.bytes;
  return value !== null && typeof value === "object" ? value.toString() : value;
}
