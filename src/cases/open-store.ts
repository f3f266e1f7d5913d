import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { pgliteDirectory, type Store } from "./store.ts";

export interface StorePlace {
  data: DataDirectory;
  /** A PostgreSQL; PGlite in the data directory when absent. */
  databaseUrl?: string | undefined;
  /** Whether to make a PGlite that is not there, as happens when absent. */
  create?: boolean;
  /** What this process does, in words for others who find a PGlite held. */
  doing?: string;
}

/** The address of the store's PostgreSQL, as the environment says; undefined when the store is embedded. */
export function databaseUrlOf(environment: NodeJS.ProcessEnv): string | undefined {
  const url = environment.DATABASE_URL;
  return url === undefined || url.trim() === "" ? undefined : url;
}

/** Whether there is a store that may hold something: reading from one that is not there would make it. */
export function storeExists(data: DataDirectory, environment: NodeJS.ProcessEnv): boolean {
  return databaseUrlOf(environment) !== undefined || existsSync(pgliteDirectory(storeDirectory(data)));
}

/** Opens the operations store, its tables up to date. A PGlite that another process holds is a UserError that names it. */
export async function openStore({ data, databaseUrl, create = true, doing = "a command" }: StorePlace): Promise<Store> {
  if (databaseUrl !== undefined) return (await import("./postgres-store.ts")).openPostgresStore(databaseUrl);
  const directory = storeDirectory(data);
  if (!create && !existsSync(pgliteDirectory(directory)))
    throw new UserError("no_store", `${directory} does not exist: nothing has been promoted, no key made, nothing audited there yet`);
  return (await import("./pglite-store.ts")).openPgliteStore(directory, doing);
}

function storeDirectory(data: DataDirectory): string {
  return join(data.root, "store");
}
