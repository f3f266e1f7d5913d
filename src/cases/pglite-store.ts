import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite, type Transaction } from "@electric-sql/pglite";
import { UserError } from "../domain/errors.ts";
import { takeLock } from "../warehouse/file-lock.ts";
import { migrate } from "./migrate.ts";
import { parsers, pgliteDirectory, type Rows, type Store, sessionSettings } from "./store.ts";

/** Opens the store embedded in `directory`, making it first when it is not there (5 to 10 s). It serves one process: PGlite itself would let a second one spoil it. */
export async function openPgliteStore(directory: string, doing: string): Promise<Store> {
  const release = await takeLock({
    directory,
    name: "lock",
    doing,
    refused: (holder, cause) =>
      new UserError(
        "store_held",
        `the operations store ${directory} is held by ${holder}; it serves one process at a time. Wait for that one to end, or set DATABASE_URL to a PostgreSQL to share it`,
        { cause },
      ),
  });
  try {
    const database = await openWhole(directory);
    return {
      kind: "pglite",
      rows: rowsOf(database),
      transaction: (work) => database.transaction((transaction) => work({ rows: rowsOf(transaction) })),
      close: () => database.close().finally(release),
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function openWhole(directory: string): Promise<PGlite> {
  const whole = pgliteDirectory(directory);
  if (!existsSync(whole)) {
    const unfinished = join(directory, "unfinished");
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
    await (await open(unfinished)).close();
    renameSync(unfinished, whole);
  }
  return open(whole);
}

async function open(dataDir: string): Promise<PGlite> {
  const database = await PGlite.create({ dataDir, parsers: { ...parsers } });
  try {
    await database.exec(sessionSettings);
    await migrate(async (sql) => ({ rows: (await database.exec(sql)).at(-1)?.rows ?? [] }));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function rowsOf(database: PGlite | Transaction): Rows["rows"] {
  return async <T extends object>(sql: string, values?: readonly unknown[]) => (await database.query<T>(sql, values as unknown[])).rows;
}
