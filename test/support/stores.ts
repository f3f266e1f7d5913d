import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { openStore } from "../../src/cases/open-store.ts";
import type { Store } from "../../src/cases/store.ts";
import { dataDirectory } from "../../src/warehouse/data-directory.ts";
import { putEmptyStore } from "./empty-store.ts";
import { startPostgres, type TestPostgres } from "./postgres.ts";
import { temporaryDirectory } from "./registry.ts";

/** What a test of the store is given: one open store for the whole group. */
export interface OpenedStore {
  kind: Store["kind"];
  store: Store;
  /** The server, when there is one. */
  postgres?: TestPostgres;
  data: ReturnType<typeof dataDirectory>;
}

/** The same tests on PGlite and on a real PostgreSQL. */
export function onBothStores(tests: (opened: OpenedStore) => void): void {
  describe.each(["pglite", "postgresql"] as const)("on %s", (kind) => {
    const root = temporaryDirectory(afterAll);
    const opened = { kind, data: dataDirectory(join(root, "data")) } as OpenedStore;
    beforeAll(async () => {
      if (kind === "postgresql") opened.postgres = await startPostgres();
      else await putEmptyStore(opened.data);
      opened.store = await openStore({ data: opened.data, databaseUrl: opened.postgres?.url, doing: "a test" });
    });
    afterAll(async () => {
      await opened.store?.close();
      await opened.postgres?.stop();
    });
    tests(opened);
  });
}

/** Runs SQL as somebody would who may do everything: triggers and references do not hold. */
export async function tamper(store: Store, ...statements: string[]): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction.rows("set local session_replication_role = replica");
    for (const sql of statements) await transaction.rows(sql);
  });
}
