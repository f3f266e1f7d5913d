import { rename, rm } from "node:fs/promises";
import {
  DOUBLE,
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBValue,
  listValue,
  VARCHAR,
} from "@duckdb/node-api";

/** A value bound to a `$name` of a statement. Dates and timestamps go in as text and are cast in the SQL. */
export type Parameter = string | number | bigint | boolean | null | Uint8Array | readonly string[];
export type Parameters = Readonly<Record<string, Parameter>>;
/** A row as plain values: dates as `YYYY-MM-DD`, timestamps as ISO text, whole numbers and decimals as numbers, lists and structs as such. */
export type Row = Record<string, unknown>;
/** Columns read in bulk: numbers as doubles with NaN for unknown, everything else as text or null. */
export type Columns = { rowCount: number; numbers: Record<string, Float64Array>; texts: Record<string, (string | null)[]> };

/** One connection. Statements run one at a time; bound parameters that a statement does not name are left out. */
export class Session {
  readonly #connection: DuckDBConnection;
  readonly #onClose: () => void;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection, onClose: () => void) {
    this.#connection = connection;
    this.#onClose = onClose;
  }

  /** Runs one statement. Returns the number of rows it changed. */
  run(sql: string, parameters: Parameters = {}): Promise<number> {
    return this.#inTurn(sql, async () => {
      const statement = await this.#prepare(sql, parameters);
      const result = await statement.run();
      return result.rowsChanged;
    });
  }

  /** Runs a script of several statements, none of which has parameters. */
  script(sql: string): Promise<void> {
    return this.#inTurn(sql, async () => {
      await this.#connection.run(sql);
    });
  }

  /** All rows of a query, for results that fit in memory as objects (thousands, not millions). */
  rows<T extends Row = Row>(sql: string, parameters: Parameters = {}): Promise<T[]> {
    return this.#inTurn(sql, async () => {
      const statement = await this.#prepare(sql, parameters);
      const result = await statement.run();
      return (await result.getRowObjects()).map((row) => plainRow(row) as T);
    });
  }

  /** The only row of a query; an error when there is none or more than one. */
  async row<T extends Row = Row>(sql: string, parameters: Parameters = {}): Promise<T> {
    const rows = await this.rows<T>(sql, parameters);
    if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}: ${sql}`);
    return rows[0] as T;
  }

  /** The only value of a query with one row and one column. */
  async value<T = unknown>(sql: string, parameters: Parameters = {}): Promise<T> {
    return Object.values(await this.row(sql, parameters))[0] as T;
  }

  /** A large result, column by column. */
  columns(sql: string, parameters: Parameters = {}): Promise<Columns> {
    return this.#inTurn(sql, async () => {
      const statement = await this.#prepare(sql, parameters);
      const result = await statement.run();
      return readColumns(
        result.columnNames(),
        result.columnTypes().map((type) => type.typeId),
        await result.fetchAllChunks(),
      );
    });
  }

  /** Writes a query as Parquet: to a temporary name first, renamed when whole. The query must order by a unique key. Returns the rows written. */
  async copyToParquet(query: string, path: string, parameters: Parameters = {}): Promise<number> {
    const partial = `${path}.partial`;
    await rm(partial, { force: true });
    const written = await this.run(`copy (${query}) to ${quoted(partial)} (format parquet, compression zstd)`, parameters);
    await rename(partial, path);
    return written;
  }

  /** Creates a temporary table from columns, rows in their order: doubles with NaN as NULL, everything else as text. */
  createTable(name: string, columns: Readonly<Record<string, Float64Array | readonly (string | null)[]>>): Promise<void> {
    return this.#inTurn(`create temp table ${name}`, async () => {
      const declared = Object.entries(columns).map(
        ([column, values]) => `${identifier(column)} ${isNumbers(values) ? "DOUBLE" : "VARCHAR"}`,
      );
      await this.#connection.run(`create temp table ${identifier(name)} (${declared.join(", ")})`);
      await appendColumns(this.#connection, name, Object.values(columns));
    });
  }

  /** Runs `work` in one transaction, rolled back when it throws. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run("begin transaction");
    try {
      const result = await work();
      await this.run("commit");
      return result;
    } catch (error) {
      await this.run("rollback").catch(() => undefined);
      throw error;
    }
  }

  /** Closes the connection; the file is let go with its last session. */
  close(): void {
    this.#connection.closeSync();
    this.#onClose();
  }

  async #prepare(sql: string, parameters: Parameters) {
    const statement = await this.#connection.prepare(sql);
    const bound: Record<string, DuckDBValue> = {};
    for (let index = 1; index <= statement.parameterCount; index++) {
      const name = statement.parameterName(index);
      if (!(name in parameters)) throw new Error(`no value for $${name}`);
      bound[name] = bindable(parameters[name] as Parameter);
    }
    statement.bind(bound);
    return statement;
  }

  #inTurn<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work).catch((cause: unknown) => {
      throw new Error(`${(cause as Error).message}\nin: ${sql.length > 2000 ? `${sql.slice(0, 2000)} …` : sql}`, { cause });
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

/** A text as an SQL string literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function isNumbers(values: Float64Array | readonly (string | null)[]): values is Float64Array {
  return values instanceof Float64Array;
}

/** Rows of one data chunk of DuckDB. */
const chunkRows = 2048;

async function appendColumns(
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

function bindable(value: Parameter): DuckDBValue {
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
  if (Array.isArray(value)) return listValue(value as string[]);
  return value as DuckDBValue;
}

function plainRow(row: Record<string, DuckDBValue>): Row {
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

function readColumns(names: readonly string[], types: readonly DuckDBTypeId[], chunks: readonly Chunk[]): Columns {
  const rowCount = chunks.reduce((total, chunk) => total + chunk.rowCount, 0);
  const columns: Columns = { rowCount, numbers: {}, texts: {} };
  names.forEach((name, index) => {
    const isNumber = numberTypes.has(types[index] as DuckDBTypeId);
    const into = isNumber ? new Float64Array(rowCount) : new Array<string | null>(rowCount);
    let row = 0;
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(index);
      for (let item = 0; item < chunk.rowCount; item++) {
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
