import type { IsoDate } from "../domain/dates.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import type { RunManifest } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { type Champion, modelInUse } from "./alert.ts";
import { gatherInputs, type RunInputs } from "./inputs.ts";
import type { Surroundings } from "./run-pipeline.ts";

/** Where a run's steps work, by which deployment, and with how much of the machine. */
export interface Workplace {
  data: DataDirectory;
  deploymentFile: string;
  partitions: number;
  threads: number;
  memoryLimit: string | undefined;
  now(): Date;
  onStep?: Surroundings["onStep"];
  /** Told when the warehouse is held by somebody else. */
  onWait?: (holder: string) => void;
}

/** A workplace, and what a new run is asked for. */
export interface RunOptions extends Workplace {
  asOf: IsoDate;
  /** The model that the run freezes, given whether all its data are made up; null: lists go on with rules and need. */
  champion(isSynthetic: boolean): Promise<Champion | null>;
  /** Ids of the models that are scored beside it, in order; none when absent. */
  shadows?(): Promise<readonly string[]>;
}

/** The inputs as they are now, with the champion in force. */
export function currentInputs(options: RunOptions, deployment: Deployment): Promise<RunInputs> {
  return withRegistry(options, async (session) => {
    const isSynthetic = await session.value<boolean>("select coalesce(bool_and(synthetic), false) from load");
    return gatherInputs(session, deployment, {
      ...modelInUse(options, deployment, await options.champion(isSynthetic)),
      shadows: (await options.shadows?.()) ?? [],
    });
  });
}

/** What a run's inputs are now: those of its own snapshot, with the model that it froze. */
export function inputsNowOf(manifest: RunManifest, workplace: Workplace, deployment: Deployment): Promise<RunInputs> {
  return withRegistry(workplace, (session) => gatherInputs(session, deployment, manifest, manifest.snapshot.load_id));
}

async function withRegistry<T>({ data, threads, onWait }: Workplace, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openKnown(data, { threads, onWait });
  return work(session).finally(() => session.close());
}

/** What steps need beside the manifest. */
export function surroundings(options: Workplace, deployment: Deployment, asOf: IsoDate): Surroundings {
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
      await createReferenceTables(session, deployment, asOf);
      return session;
    },
  };
}
