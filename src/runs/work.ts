import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { readManifest, readReceipt, record } from "./ledger.ts";
import { pipelineNamed } from "./pipelines.ts";
import type { TaskPlace } from "./task.ts";
import { doTask, type TaskOptions } from "./task-process.ts";

/** How often a step or a pull is tried, and how long may pass between: exponential, with jitter. The same in this process and on the queue. */
export const patience = { attempts: 4, firstDelayMs: 2_000, jitter: 0.5 } as const;

/** Does one step of a run in a process of its own. One that has finished needs none; the last one ends the run, and has it always. */
export async function workStep(place: TaskPlace, run: string, step: string, options: TaskOptions): Promise<void> {
  const directory = join(dataDirectory(place.data).runs, run);
  const isLast = pipelineNamed(readManifest(directory).pipeline).steps.at(-1)?.name === step;
  if (!isLast && readReceipt(directory, step) !== undefined) return;
  await doTask({ kind: "step", place, run, step }, options);
}

/** Whether trying again could help. */
export function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof UserError && ["inputs_changed", "stopped"].includes(error.code));
}

/** Enters in a run's ledger that it goes no further by itself. */
export function enterFailure(data: DataDirectory, run: string, step: string, error: Error, now: Date): void {
  const event = error instanceof UserError && error.code === "inputs_changed" ? "run_abandoned" : "run_failed";
  record(join(data.runs, run), { at: now.toISOString(), event, step, error: error.message });
}

/** What became of the sources that were pulled before a run: entered in its ledger once it has begun. */
export type Pulled = { source: string; error: string | null };

/** Pulls sources one after the other; one that fails does not keep the others back. */
export async function pullSources(place: TaskPlace, sources: readonly string[], options: TaskOptions): Promise<Pulled[]> {
  const pulled: Pulled[] = [];
  for (const source of sources) {
    const error = await doTask({ kind: "pull", place, source }, options).then(
      () => null,
      (cause: Error) => cause.message,
    );
    pulled.push({ source, error });
  }
  return pulled;
}

/** Enters what became of the sources. */
export function enterPulled(data: DataDirectory, run: string, pulled: readonly Pulled[], now: Date): void {
  for (const { source, error } of pulled)
    record(join(data.runs, run), {
      at: now.toISOString(),
      event: error === null ? "source_pulled" : "source_failed",
      source,
      ...(error === null ? {} : { error }),
    });
}
