import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { nightly } from "../../pipelines/nightly.ts";
import { canonicalJson } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { type Deployment, readDeployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { resolveChampion } from "../scoring/promotions.ts";
import { type Pipeline, type RunManifest, runId } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { gatherInputs, manifestOf, type RunInputs } from "./inputs.ts";
import { readLedger, type StepReceipt } from "./ledger.ts";
import { withRunLock } from "./lock.ts";
import { runPipeline, type Surroundings, writeWhole } from "./run-pipeline.ts";

/** The run's inputs file by file, beside its manifest. */
export const inputsFile = "inputs.json";

export interface NightlyOptions {
  data: DataDirectory;
  asOf: IsoDate;
  deploymentFile: string;
  partitions: number;
  threads: number;
  memoryLimit: string | undefined;
  now(): Date;
  onStep?: Surroundings["onStep"];
  /** Told when the warehouse is held by somebody else. */
  onWait?: (holder: string) => void;
}

export interface NightlyResult {
  run_id: string;
  as_of: IsoDate;
  model: RunManifest["model"];
  /** Whether every step had finished in an earlier call. */
  was_done: boolean;
  steps: { step: string; seconds: number | null; counts: StepReceipt["counts"] }[];
}

/** Runs the nightly pipeline for a date on what the warehouse holds now; the same inputs have the same run id, and a finished run is not run again. */
export function runNightly(options: NightlyOptions, pipeline: Pipeline = nightly): Promise<NightlyResult> {
  const startedAt = options.now().toISOString();
  return withRunLock(options.data, `${pipeline.name} as of ${options.asOf}`, startedAt, async () => {
    const deployment = readDeployment(options.deploymentFile);
    const inputs = await currentInputs(options, deployment);
    const manifest = manifestOf(pipeline.name, options.asOf, inputs);
    const directory = join(options.data.runs, runId(manifest));
    const wasDone = pipeline.steps.every((step) => existsSync(join(directory, step.name)));
    mkdirSync(directory, { recursive: true });
    writeWhole(join(directory, inputsFile), canonicalJson(inputs));
    const receipts = await runPipeline(pipeline, manifest, directory, surroundings(options, deployment));
    const seconds = new Map(
      readLedger(directory).flatMap((event) => (event.event === "step_finished" ? [[event.step, event.seconds ?? null]] : [])),
    );
    return {
      run_id: runId(manifest),
      as_of: options.asOf,
      model: manifest.model,
      was_done: wasDone,
      steps: [...receipts].map(([step, receipt]) => ({ step, seconds: seconds.get(step) ?? null, counts: receipt.counts })),
    };
  });
}

/** The inputs as they are now, with the champion in force. */
export async function currentInputs(
  options: Pick<NightlyOptions, "data" | "threads" | "onWait">,
  deployment: Deployment,
  lastLoad?: number,
): Promise<RunInputs> {
  const session = await openKnown(options.data, { threads: options.threads, onWait: options.onWait });
  try {
    const isSynthetic = await session.value<boolean>("select coalesce(bool_and(synthetic), false) from load");
    return await gatherInputs(session, deployment, resolveChampion(options.data, isSynthetic), lastLoad);
  } finally {
    session.close();
  }
}

/** What steps need beside the manifest. */
export function surroundings(options: NightlyOptions, deployment: Deployment): Surroundings {
  return {
    data: options.data,
    deploymentFile: options.deploymentFile,
    partitions: options.partitions,
    threads: options.threads,
    memoryLimit: options.memoryLimit,
    now: options.now,
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    async openKnown() {
      const { threads, memoryLimit, onWait } = options;
      const session = await openKnown(options.data, { threads, memoryLimit, onWait });
      await createReferenceTables(session, deployment, options.asOf);
      return session;
    },
  };
}
