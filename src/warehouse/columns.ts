import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBTypeId,
  type DuckDBValue,
  VARCHAR,
} from "@duckdb/node-api";

/** Columns read in bulk: numbers as doubles with NaN for unknown, everything else as text or null. */
export type Columns = { rowCount: number; numbers: Record<string, Float64Array>; texts: Record<string, (string | null)[]> };

function isNumbers(values: Float64Array | readonly (string | null)[]): values is Float64Array {
  return values instanceof Float64Array;
}

/** Rows of one data chunk of DuckDB. */
const chunkRows = 2048;

/** Appends columns to a temporary table, NaN as unknown. */
export async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly (Float64Array | readonly (string | null)[])[],
): Promise<void> {
  const appender = await connection.createAppender(table, "main", "temp");
  const types = columns.map((values) => (isNumbers(values) ? DOUBLE : VARCHAR));
  const rows = columns[0]?.length ?? 0;
  for (let from = 0; from < rows; from += chunkRows) {
    const chunk = DuckDBDataChunk.create(types, Math.min(chunkRows, rows - from));
    columns.forEach((values, index) => {
      const part = values.slice(from, from + chunkRows);
      chunk.setColumnValues(index, isNumbers(part) ? Array.from(part, (value) => (Number.isNaN(value) ? null : value)) : part);
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

const numberTypes = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.HUGEINT,
]);

type Chunk = { rowCount: number; getColumnVector(index: number): { getItem(index: number): DuckDBValue } };

/** A result's chunks as columns. */
export function readColumns(names: readonly string[], types: readonly DuckDBTypeId[], chunks: readonly Chunk[]): Columns {
  const rowCount = chunks.reduce((total, chunk) => total + chunk.rowCount, 0);
  const columns: Columns = { rowCount, numbers: {}, texts: {} };
  names.forEach((name, index) => {
    const isNumber = numberTypes.has(types[index] as DuckDBTypeId);
    const into = isNumber ? new Float64Array(rowCount) : new Array<string | null>(rowCount);
    let row = 0;
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(index);
      // Each look at the count is a call out of JavaScript.
      const { rowCount: items } = chunk;
      for (let item = 0; item < items; item++) {
        const value = vector.getItem(item);
        into[row++] = isNumber ? asNumber(value) : value === null ? null : String(value);
      }
    }
    if (isNumber) columns.numbers[name] = into as Float64Array;
    else columns.texts[name] = into as (string | null)[];
  });
  return columns;
}

function asNumber(value: DuckDBValue): number {
  if (value === null) return Number.NaN;
  return value instanceof DuckDBDecimalValue ? value.toDouble() : Number(value);
}
