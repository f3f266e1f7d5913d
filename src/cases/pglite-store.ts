import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { takeLock } from "../warehouse/file-lock.ts";
import { migrate } from "./migrate.ts";
import { type PgliteThread, startPgliteThread } from "./pglite-thread.ts";
import { pgliteDirectory, type Rows, type Store, sessionSettings } from "./store.ts";

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
    const thread = await openWhole(directory);
    const { inTurn, transaction } = oneAtATime(thread);
    return {
      kind: "pglite",
      rows: (sql, values) => inTurn(() => thread.ask(sql, values)),
      transaction,
      close: () => inTurn(() => thread.close()).finally(release),
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function openWhole(directory: string): Promise<PgliteThread> {
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

async function open(directory: string): Promise<PgliteThread> {
  const thread = await startPgliteThread(directory);
  try {
    await thread.ask(sessionSettings, undefined, true);
    await migrate(async (sql) => ({ rows: await thread.ask(sql, undefined, true) }));
    return thread;
  } catch (error) {
    await thread.close();
    throw error;
  }
}

/** PGlite has one connection: a statement waits until a transaction that is open has ended. */
function oneAtATime(thread: PgliteThread): { inTurn<T>(work: () => Promise<T>): Promise<T>; transaction: Store["transaction"] } {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const rows: Rows["rows"] = (sql, values) => thread.ask(sql, values);
  return {
    inTurn,
    transaction: (work) =>
      inTurn(async () => {
        await rows("begin");
        try {
          const result = await work({ rows });
          await rows("commit");
          return result;
        } catch (error) {
          await rows("rollback");
          throw error;
        }
      }),
  };
}
