import type { DataDirectory } from "../warehouse/data-directory.ts";
import { lastDecision, modelEvents, standingsOf } from "./model-states.ts";
import { resolveChampion } from "./promotions.ts";
import type { Store } from "./store.ts";

/** The model that a run uses, and since when people want it so (ISO; null when nobody decided): an alert raised before then is lifted by it. */
export async function datedChampion(
  store: Store | undefined,
  data: DataDirectory,
  isSynthetic: boolean,
): Promise<{ id: string; name: string; since: string | null } | null> {
  const champion = await resolveChampion(store, data, isSynthetic);
  if (champion === null) return null;
  const events = await modelEvents(store);
  return { ...champion, since: standingsOf(events).get(champion.id)?.since ?? lastDecision(events)?.at ?? null };
}
