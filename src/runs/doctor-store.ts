import { databaseUrlOf, openStore, storeExists } from "../cases/open-store.ts";
import { champion } from "../cases/promotions.ts";
import type { Store } from "../cases/store.ts";
import { UserError } from "../domain/errors.ts";
import { readModel } from "../scoring/model-store.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Finding } from "./doctor.ts";

/** The operations store and the champion that it names. A store that another process holds is looked at no further. */
export async function operations(data: DataDirectory): Promise<Finding[]> {
  const check = "operations";
  const nothing = "nothing promoted, no keys made; a PostgreSQL by DATABASE_URL, or PGlite in the data directory when first needed";
  if (!storeExists(data, process.env)) return [{ check, state: "ok", detail: nothing }, championFinding(data, undefined)];
  try {
    const store = await openStore({ data, databaseUrl: databaseUrlOf(process.env), create: false, doing: "aldyn doctor" });
    return await describeStore(store, data).finally(() => store.close());
  } catch (error) {
    const isHeld = error instanceof UserError && error.code === "store_held";
    if (isHeld) return [{ check, state: "note", detail: error.message, fix: "nothing, when that process is the service" }];
    return [
      { check, state: "wrong", detail: (error as Error).message, fix: "mend what the message says, or restore the store from a backup" },
    ];
  }
}

async function describeStore(store: Store, data: DataDirectory): Promise<Finding[]> {
  const [found] = await store.rows<{ version: string; keys: number; records: number }>(
    `select current_setting('server_version') as version,
       (select count(*) from token where revoked_at is null) as keys,
       (select coalesce(sum(sequence), 0)::bigint from audit_writer) as records`,
  );
  const kind = store.kind === "pglite" ? "PGlite, serves one process" : "PostgreSQL";
  const detail = `${kind}, version ${found?.version}; ${found?.keys} keys not revoked, ${found?.records} audit records`;
  return [{ check: "operations", state: "ok", detail }, championFinding(data, await champion(store))];
}

function championFinding(data: DataDirectory, id: string | undefined): Finding {
  const check = "champion model";
  try {
    return { check, state: "ok", detail: describeChampion(data, id) };
  } catch (error) {
    return { check, state: "wrong", detail: (error as Error).message, fix: "register it again, or promote another: npx aldyn model list" };
  }
}

function describeChampion(data: DataDirectory, id: string | undefined): string {
  if (id === undefined) return "none promoted; runs go on with rules and need (made-up data takes the shipped demo model)";
  const model = readModel(data, id);
  return `${model.manifest.name} (${id.slice(0, 12)}), file and manifest agree`;
}
