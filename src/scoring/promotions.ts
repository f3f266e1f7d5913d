import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { demoModelDirectory, readModel, readModelDirectory } from "./model-store.ts";
import { requirePromotable } from "./promotion-gate.ts";

/** One line of the log of promotions. `id` is null when lists are to go on with rules and need alone. */
export const Promotion = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  who: z.string().min(1),
  why: z.string().min(1),
  /** When, as ISO text. */
  at: z.string().min(1),
});
export type Promotion = z.infer<typeof Promotion>;

/** All promotions, oldest first. A line that is no promotion is a UserError that names it. */
export function promotions(data: DataDirectory): Promotion[] {
  const path = logFile(data);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line, index) => (line.trim() === "" ? [] : [parsePromotion(line, `${path}:${index + 1}`)]));
}

/** The id of the model promoted last; undefined when none was, or the last word was to go on without one. */
export function champion(data: DataDirectory): string | undefined {
  return promotions(data).at(-1)?.id ?? undefined;
}

/** Adds to the log; what stands in it is never changed. The model must be in the store, agree with its manifest, and be no worse than the rankings without it. */
export function promote(data: DataDirectory, promotion: Promotion): void {
  const checked = Promotion.parse(promotion);
  if (checked.id !== null) requirePromotable(readModel(data, checked.id).manifest);
  promotions(data);
  mkdirSync(data.models, { recursive: true });
  appendFileSync(logFile(data), `${JSON.stringify(checked)}\n`);
}

/**
 * The model that a run uses: the champion, or the shipped demo model where nothing was promoted and all data are made up, or null.
 * A champion that learned from made-up data is refused for real registers.
 */
export function resolveChampion(data: DataDirectory, isSynthetic: boolean): { id: string; name: string } | null {
  const last = promotions(data).at(-1);
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

function logFile(data: DataDirectory): string {
  return join(data.models, "promotions.jsonl");
}

function parsePromotion(line: string, place: string): Promotion {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch (cause) {
    throw new UserError("bad_promotion", `${place}: ${(cause as Error).message}`, { cause });
  }
  const result = Promotion.safeParse(content);
  if (!result.success) throw new UserError("bad_promotion", `${place}: ${z.prettifyError(result.error)}`);
  return result.data;
}
