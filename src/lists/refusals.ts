import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";

/** An export for another purpose than outreach. */
export class PurposeRefused extends UserError {}

/** Lets an export for outreach pass. Any other purpose is written to `refusals.jsonl` (when, what was asked; nobody's data) and refused. */
export function requireOutreach(data: DataDirectory, purpose: string, asked: { format: string; area: string }, now: Date): void {
  if (purpose === "outreach") return;
  mkdirSync(data.root, { recursive: true });
  const line = { at: now.toISOString(), refused: "export", purpose: purpose.slice(0, 200), ...asked };
  appendFileSync(join(data.root, "refusals.jsonl"), `${JSON.stringify(line)}\n`);
  throw new PurposeRefused(
    "purpose_refused",
    `--purpose ${purpose}: lists serve outreach only, never to refuse, reduce or check on help; the refusal was noted. Export with --purpose outreach`,
    { exitCode: 2 },
  );
}
