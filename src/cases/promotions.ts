import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import { demoModelDirectory, readModel, readModelDirectory } from "../scoring/model-store.ts";
import { requirePromotable } from "../scoring/promotion-gate.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Store } from "./store.ts";

/** A decision which model lists are made with. `id` is null when they are to go on with rules and need alone. */
export const Promotion = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  who: z.string().min(1),
  why: z.string().min(1),
  /** When, as ISO text. */
  at: z.iso.datetime(),
});
export type Promotion = z.infer<typeof Promotion>;

const columns = "model_id as id, who, why, at";

/** All promotions, oldest first; none where there is no store. */
export async function promotions(store: Store | undefined): Promise<Promotion[]> {
  return store === undefined ? [] : store.rows<Promotion>(`select ${columns} from promotion order by number`);
}

/** The id of the model promoted last; undefined when none was, or the last word was to go on without one. */
export async function champion(store: Store | undefined): Promise<string | undefined> {
  return (await lastPromotion(store))?.id ?? undefined;
}

/** Adds a promotion; those before stay as they are. The model must be in the data directory, agree with its manifest, and be no worse than the rankings without it. */
export async function promote(store: Store, data: DataDirectory, promotion: Promotion): Promise<void> {
  const { id, who, why, at } = Promotion.parse(promotion);
  if (id !== null) requirePromotable(readModel(data, id).manifest);
  await store.rows("insert into promotion (model_id, who, why, at) values ($1, $2, $3, $4)", [id, who, why, at]);
}

/**
 * The model that a run uses: the champion, or the shipped demo model where nothing was promoted and all data are made up, or null.
 * A champion that learned from made-up data is refused for real registers.
 */
export async function resolveChampion(
  store: Store | undefined,
  data: DataDirectory,
  isSynthetic: boolean,
): Promise<{ id: string; name: string } | null> {
  const last = await lastPromotion(store);
  if (last === undefined) {
    if (!isSynthetic || !existsSync(join(demoModelDirectory(), "manifest.json"))) return null;
    const { manifest } = readModelDirectory(demoModelDirectory());
    return { id: manifest.id, name: manifest.name };
  }
  if (last.id === null) return null;
  const { manifest } = readModel(data, last.id);
  if (manifest.synthetic && !isSynthetic)
    throw new UserError(
      "synthetic_champion",
      `the champion ${manifest.name} (${last.id.slice(0, 12)}) learned from made-up data, and the registers are real; promote another, or none: npx aldyn model promote none --why "..." --data ${data.root}`,
    );
  return { id: last.id, name: manifest.name };
}

async function lastPromotion(store: Store | undefined): Promise<Promotion | undefined> {
  return store === undefined
    ? undefined
    : (await store.rows<Promotion>(`select ${columns} from promotion order by number desc limit 1`))[0];
}
