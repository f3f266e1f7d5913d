import { nightly } from "../../pipelines/nightly.ts";
import type { IsoDate } from "../domain/dates.ts";
import type { Pipeline, RunManifest } from "../steps/step.ts";
import { beginRun, finishRun } from "./begin-run.ts";
import { readLedger, type StepReceipt } from "./ledger.ts";
import { withRunLock } from "./lock.ts";
import { readWarnings } from "./report.ts";
import { type RunOptions, surroundings } from "./run-parts.ts";
import { runPipeline } from "./run-pipeline.ts";

export interface NightlyResult {
  run_id: string;
  as_of: IsoDate;
  model: RunManifest["model"];
  /** Whether every step had finished in an earlier call. */
  was_done: boolean;
  steps: { step: string; seconds: number | null; counts: StepReceipt["counts"] }[];
  /** What people should look at; it stopped nothing. */
  warnings: string[];
}

/** Runs the nightly pipeline for a date on what the warehouse holds now; the same inputs have the same run id, and a finished run is not run again. */
export function runNightly(options: RunOptions, pipeline: Pipeline = nightly): Promise<NightlyResult> {
  const startedAt = options.now().toISOString();
  return withRunLock(options.data, `${pipeline.name} as of ${options.asOf}`, startedAt, async () => {
    const { id, manifest, directory, deployment, wasDone } = await beginRun(options, pipeline);
    const receipts = await runPipeline(pipeline, manifest, directory, surroundings(options, deployment, options.asOf));
    await finishRun(options, id);
    const seconds = new Map(
      readLedger(directory).flatMap((event) => (event.event === "step_finished" ? [[event.step, event.seconds ?? null]] : [])),
    );
    return {
      run_id: id,
      as_of: options.asOf,
      model: manifest.model,
      was_done: wasDone,
      steps: [...receipts].map(([step, receipt]) => ({ step, seconds: seconds.get(step) ?? null, counts: receipt.counts })),
      warnings: readWarnings(options.data, id),
    };
  });
}
