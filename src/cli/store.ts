import { type Audit, openAudit } from "../cases/audit.ts";
import { datedChampion } from "../cases/dated-champion.ts";
import { databaseUrlOf, openStore, storeExists } from "../cases/open-store.ts";
import { resolveShadows } from "../cases/promotions.ts";
import type { Store } from "../cases/store.ts";
import { PurposeRefused } from "../lists/refusals.ts";
import type { RunOptions } from "../runs/run-parts.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";

/** Runs `work` on the operations store that the environment names, made when it is not there. */
export async function withStore<T>(data: DataDirectory, doing: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ data, databaseUrl: databaseUrlOf(process.env), doing });
  return work(store).finally(() => store.close());
}

/** The same for work that only reads; it is given no store where there is none, and makes none. */
export async function withStoreIfAny<T>(data: DataDirectory, doing: string, work: (store: Store | undefined) => Promise<T>): Promise<T> {
  return storeExists(data, process.env) ? withStore(data, doing, work) : work(undefined);
}

/** What runs ask for their model and its shadows: the store is open only for as long as it answers. */
export function modelsIn(data: DataDirectory): Pick<RunOptions, "champion" | "shadows"> {
  const doing = "a run that reads its model";
  return {
    champion: (isSynthetic) => withStoreIfAny(data, doing, (store) => datedChampion(store, data, isSynthetic)),
    shadows: () => withStoreIfAny(data, doing, resolveShadows),
  };
}

/** Reads something of families for a command to show, and records who read what where there is a store to record it in; what cannot be recorded is not shown. */
export function readAudited<T>(
  data: DataDirectory,
  { action, purpose = "outreach" }: { action: string; purpose?: string },
  read: () => Promise<T>,
  objectsOf: (result: T) => string[],
): Promise<T> {
  return withStoreIfAny(data, action, (store) => (store === undefined ? read() : audited(store, action, read, objectsOf, purpose)));
}

/** Runs a command's work and records it, done, denied or failed; `objectsOf` gives the ids that it touched. */
export async function audited<T>(
  store: Store,
  action: string,
  work: () => Promise<T>,
  objectsOf: (result: T) => string[],
  purpose: string | null = null,
): Promise<T> {
  const audit = await openAudit(store, { now: () => new Date() });
  const record = (outcome: "ok" | "denied" | "failed", objects: string[]) =>
    audit.record({ ...whoCommands(), action, purpose, objects, outcome });
  try {
    const result = await work().catch(async (error: unknown) => {
      await record(error instanceof PurposeRefused ? "denied" : "failed", []);
      throw error;
    });
    await record("ok", objectsOf(result));
    return result;
  } finally {
    await audit.close();
  }
}

/** Whoever may run commands here: the number of the machine's user, since a name would be personal. */
export function commander(): string {
  return `os-user:${process.getuid?.() ?? "unknown"}`;
}

function whoCommands(): Pick<Parameters<Audit["record"]>[0], "principal_id" | "role" | "areas" | "status"> {
  return { principal_id: commander(), role: null, areas: [], status: null };
}
