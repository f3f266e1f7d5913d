import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import type { RunManifest, StepCounts } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";

/** One line of a run's ledger. Times, hosts and durations live here, outside every hash. */
export interface LedgerEvent {
  at: string;
  event:
    | "run_requested"
    | "run_started"
    | "source_pulled"
    | "source_failed"
    | "step_started"
    | "step_moved"
    | "step_finished"
    | "step_failed"
    | "run_finished"
    | "run_failed"
    | "run_abandoned";
  step?: string;
  /** How far a step is, 0 to 1. */
  share?: number;
  /** The source that was pulled before the run. */
  source?: string;
  seconds?: number;
  counts?: StepCounts;
  error?: string;
  process: number;
}

/** What a finished step left: its counts and the SHA-256 of each file, written into the step's directory before that gets its name. */
export interface StepReceipt {
  counts: StepCounts;
  files: Record<string, string>;
}

export const receiptFile = "step.json";

/** Adds a line to the run's ledger. */
export function record(runDirectory: string, event: Omit<LedgerEvent, "process">): void {
  appendFileSync(join(runDirectory, "ledger.jsonl"), `${JSON.stringify({ ...event, process: process.pid })}\n`);
}

/** The run's ledger, oldest line first; a last line that a crash cut short is passed over. */
export function readLedger(runDirectory: string): LedgerEvent[] {
  const file = join(runDirectory, "ledger.jsonl");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as LedgerEvent];
      } catch {
        return [];
      }
    });
}

/** The receipt of a step, or undefined when it has not finished. */
export function readReceipt(runDirectory: string, step: string): StepReceipt | undefined {
  const file = join(runDirectory, step, receiptFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as StepReceipt) : undefined;
}

/** The run's manifest as it was frozen. */
export function readManifest(runDirectory: string): RunManifest {
  return JSON.parse(readFileSync(join(runDirectory, "manifest.json"), "utf8")) as RunManifest;
}

/** Ids of all runs of a data directory that have a manifest. */
export function runIds(data: DataDirectory): string[] {
  if (!existsSync(data.runs)) return [];
  return readdirSync(data.runs).filter((id) => /^[0-9a-f]{32}$/.test(id) && existsSync(join(data.runs, id, "manifest.json")));
}

/** The run whose id, or one of whose lists' ids, begins with `prefix`; a UserError when there is none or more than one. */
export function findRun(data: DataDirectory, prefix: string): string {
  const found = runIds(data).filter(
    (id) => id.startsWith(prefix) || Object.values(readListIds(join(data.runs, id))).some((list) => list.startsWith(prefix)),
  );
  if (found.length === 1) return found[0] as string;
  const lists = new Set(found.flatMap((id) => Object.values(readListIds(join(data.runs, id))).filter((list) => list.startsWith(prefix))));
  // Runs that differ only by their shadows have the same lists.
  if (lists.size === 1 && !found.some((id) => id.startsWith(prefix))) return found[0] as string;
  const known = runIds(data).map((id) => id.slice(0, 12));
  const what = found.length === 0 ? "there is no run or list" : `${found.length} runs begin with`;
  throw new UserError("unknown_run", `${what} "${prefix}" in ${data.runs}; runs there: ${known.join(", ") || "none yet"}`, { exitCode: 2 });
}

/** The ids of the lists that a run published by area (KATO prefix), none before it has. */
export function readListIds(runDirectory: string): Record<string, string> {
  const file = join(runDirectory, "publish", "manifest.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { lists: Record<string, string> }).lists : {};
}
