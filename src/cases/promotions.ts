import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { demoModelDirectory, readModel, readModelDirectory } from "../scoring/model-store.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { championOf, lastDecision, modelEvents, shadowsOf } from "./model-states.ts";
import type { Store } from "./store.ts";

/** The champion's id; undefined when there is none, or lists are to go on without one. */
export async function champion(store: Store | undefined): Promise<string | undefined> {
  return championOf(await modelEvents(store));
}

/** The ids of the models that a run scores beside its own, in order. They never change a list, so that one that cannot be read stops nothing here. */
export async function resolveShadows(store: Store | undefined): Promise<string[]> {
  return shadowsOf(await modelEvents(store));
}

/**
 * The model that a run uses: the champion, or the shipped demo model where nobody ever decided and all data are made up, or null.
 * A champion that learned from made-up data is refused for real registers.
 */
export async function resolveChampion(
  store: Store | undefined,
  data: DataDirectory,
  isSynthetic: boolean,
): Promise<{ id: string; name: string } | null> {
  const events = await modelEvents(store);
  const id = championOf(events);
  if (id === undefined) {
    const last = lastDecision(events);
    const isDecided = last !== undefined && (last.action !== "on" || last.model_id !== null);
    if (isDecided || !isSynthetic || !existsSync(join(demoModelDirectory(), "manifest.json"))) return null;
    const { manifest } = readModelDirectory(demoModelDirectory());
    return { id: manifest.id, name: manifest.name };
  }
  const { manifest } = readModel(data, id);
  if (manifest.synthetic && !isSynthetic)
    throw new UserError(
      "synthetic_champion",
      `the champion ${manifest.name} (${id.slice(0, 12)}) learned from made-up data, and the registers are real; promote another, or go on without one: npx aldyn model off --why "..." --data ${data.root}`,
    );
  return { id, name: manifest.name };
}
