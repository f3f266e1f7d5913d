import type { IsoDate } from "../domain/dates.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { resolveChampion } from "../scoring/promotions.ts";
import type { RunManifest } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { gatherInputs, type RunInputs } from "./inputs.ts";
import type { Surroundings } from "./run-pipeline.ts";

/** What a run is asked for, and with how much of the machine. */
export interface RunOptions {
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

/** The inputs as they are now, with the champion in force; for a replay, those of the run's own snapshot with the model that it froze. */
export async function currentInputs(
  options: Pick<RunOptions, "data" | "threads" | "onWait">,
  deployment: Deployment,
  replayed?: RunManifest,
): Promise<RunInputs> {
  const session = await openKnown(options.data, { threads: options.threads, onWait: options.onWait });
  try {
    if (replayed !== undefined) return await gatherInputs(session, deployment, replayed.model, replayed.snapshot.load_id);
    const isSynthetic = await session.value<boolean>("select coalesce(bool_and(synthetic), false) from load");
    return await gatherInputs(session, deployment, resolveChampion(options.data, isSynthetic));
  } finally {
    session.close();
  }
}

/** What steps need beside the manifest. */
export function surroundings(options: RunOptions, deployment: Deployment): Surroundings {
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
