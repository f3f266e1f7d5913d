import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nightly } from "../../pipelines/nightly.ts";
import { canonicalJson } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { publishedFile, showRun } from "../lists/published.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { publish } from "../steps/publish.ts";
import { type Pipeline, type RunManifest, runId } from "../steps/step.ts";
import { manifestOf } from "./inputs.ts";
import { readLedger, type StepReceipt } from "./ledger.ts";
import { withRunLock } from "./lock.ts";
import { readRegistryCheck, writeReport } from "./report.ts";
import { currentInputs, type RunOptions, surroundings } from "./run-parts.ts";
import { runPipeline, writeWhole } from "./run-pipeline.ts";

/** The run's inputs file by file, beside its manifest. */
export const inputsFile = "inputs.json";

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
    const deployment = readDeployment(options.deploymentFile);
    const inputs = await currentInputs(options, deployment);
    const manifest = manifestOf(pipeline.name, options.asOf, inputs);
    const directory = join(options.data.runs, runId(manifest));
    if (!existsSync(publishedFile(options.data, runId(manifest)))) rmSync(join(directory, publish.name), { recursive: true, force: true });
    const wasDone = pipeline.steps.every((step) => existsSync(join(directory, step.name)));
    mkdirSync(directory, { recursive: true });
    writeWhole(join(directory, inputsFile), canonicalJson(inputs));
    const receipts = await runPipeline(pipeline, manifest, directory, surroundings(options, deployment));
    showRun(options.data, runId(manifest));
    writeReport(options.data, runId(manifest));
    const seconds = new Map(
      readLedger(directory).flatMap((event) => (event.event === "step_finished" ? [[event.step, event.seconds ?? null]] : [])),
    );
    return {
      run_id: runId(manifest),
      as_of: options.asOf,
      model: manifest.model,
      was_done: wasDone,
      steps: [...receipts].map(([step, receipt]) => ({ step, seconds: seconds.get(step) ?? null, counts: receipt.counts })),
      warnings: readRegistryCheck(directory).warnings,
    };
  });
}
