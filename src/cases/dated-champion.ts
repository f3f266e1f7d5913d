import type { DataDirectory } from "../warehouse/data-directory.ts";
import { promotions, resolveChampion } from "./promotions.ts";
import type { Store } from "./store.ts";

/** The model that a run uses, and when it was promoted: an alert raised before then is lifted by it. */
export async function datedChampion(
  store: Store | undefined,
  data: DataDirectory,
  isSynthetic: boolean,
): Promise<{ id: string; name: string; since: string | null } | null> {
  const champion = await resolveChampion(store, data, isSynthetic);
  return champion === null ? null : { id: champion.id, name: champion.name, since: (await promotions(store)).at(-1)?.at ?? null };
}
