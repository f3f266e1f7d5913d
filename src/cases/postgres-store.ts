import pg from "pg";
import { UserError } from "../domain/errors.ts";
import { migrate } from "./migrate.ts";
import { parsers, type Rows, type Store, sessionSettings } from "./store.ts";

const leastVersion = 15;
const connectSeconds = 10;
/** A statement that takes longer is given up: what waits for it would wait for ever when the server hangs. */
const statementSeconds = 30;

const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    parsers[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Opens the store on a PostgreSQL and brings its tables up to date. A UserError says what is wrong with the address or the server. */
export async function openPostgresStore(databaseUrl: string): Promise<Store> {
  const place = placeOf(databaseUrl);
  const connection = { connectionString: databaseUrl, types, connectionTimeoutMillis: connectSeconds * 1000, keepAlive: true };
  await prepare(connection, place);
  const pool = new pg.Pool({
    ...connection,
    query_timeout: statementSeconds * 1000,
    onConnect: (client) => client.query(sessionSettings) as unknown as undefined,
  });
  // A connection that breaks is replaced; whoever was using it has the error as an answer. Unheard, the event would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return {
    kind: "postgresql",
    rows: async (sql, values) => (await pool.query(sql, values as unknown[])).rows,
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (transaction: Rows) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work({ rows: async (sql, values) => (await client.query(sql, values as unknown[])).rows });
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    const isSound = await client.query("rollback").then(
      () => true,
      () => false,
    );
    client.release(!isSound);
    throw error;
  }
}

async function prepare(connection: pg.ClientConfig, place: string): Promise<void> {
  const client = new pg.Client(connection);
  client.on("error", () => undefined);
  try {
    await client.connect().catch((error: Error & { code?: string }) => {
      const why = error.message || error.code || "no answer";
      throw new UserError("no_database", `PostgreSQL at ${place}: ${why}; start it, or mend DATABASE_URL`, { cause: error });
    });
    const [found] = (await client.query<{ version: string }>("select current_setting('server_version_num') as version")).rows;
    const version = Math.floor(Number(found?.version) / 10_000);
    if (version < leastVersion)
      throw new UserError("old_database", `PostgreSQL at ${place} is version ${version}; Aldyn needs ${leastVersion} or later`);
    await migrate((sql) => client.query(sql));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Host, port and database: what may be shown of the address. */
function placeOf(databaseUrl: string): string {
  try {
    const { protocol, host, pathname } = new URL(databaseUrl);
    if (protocol === "postgres:" || protocol === "postgresql:") return `${host || "a socket"}${pathname}`;
  } catch {}
  throw new UserError(
    "bad_database_url",
    "DATABASE_URL is no address of PostgreSQL; give one such as postgres://user:password@host:5432/aldyn",
    {
      exitCode: 2,
    },
  );
}
