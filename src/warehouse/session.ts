import { rename, rm } from "node:fs/promises";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { appendColumns, type Columns, readColumns } from "./columns.ts";
import { bindable, type Parameter, type Parameters, plainRow, type Row } from "./values.ts";

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
        ([column, values]) => `${identifier(column)} ${values instanceof Float64Array ? "DOUBLE" : "VARCHAR"}`,
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
