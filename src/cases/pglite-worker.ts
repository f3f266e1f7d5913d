import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { parsers } from "./store.ts";

/** What is asked of the thread that holds a PGlite: one statement with values, or a script of several without. */
export interface PgliteRequest {
  id: number;
  sql: string;
  values?: readonly unknown[] | undefined;
  isScript: boolean;
}

/** Its answer, or why there is none. The first, for request 0, says that the database is open. */
export type PgliteReply = { id: number } & ({ rows: Record<string, unknown>[] } | { error: { message: string; code: string | undefined } });

/** What the thread begins with. */
export interface PgliteStart {
  directory: string;
}

const { directory } = workerData as PgliteStart;
const port = parentPort as NonNullable<typeof parentPort>;

async function answer(id: number, work: () => Promise<Record<string, unknown>[]>): Promise<void> {
  try {
    port.postMessage({ id, rows: await work() } satisfies PgliteReply);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    port.postMessage({ id, error: { message, code } } satisfies PgliteReply);
  }
}

let database: PGlite;
await answer(0, async () => {
  database = await PGlite.create({ dataDir: directory, parsers: { ...parsers } });
  return [];
});
port.on("message", (request: PgliteRequest | "close") => {
  if (request === "close") return void database.close().finally(() => port.close());
  const { id, sql, values, isScript } = request;
  return void answer(id, async () =>
    isScript
      ? ((await database.exec(sql)).at(-1)?.rows ?? [])
      : (await database.query<Record<string, unknown>>(sql, values as unknown[])).rows,
  );
});
