import { hashOf } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import type { Fallback } from "../monitoring/verdict.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";

/** What a run was made from: everything that can change its result, nothing else (no times, hosts or paths). Its hash is the run's id. */
export interface RunManifest {
  pipeline: string;
  as_of: IsoDate;
  /** The loads that count: the last load id, and the hash over all loads up to it in order. */
  snapshot: { load_id: number; loads_sha256: string };
  /** SHA-256 over package version, SQL files and lock file. */
  code_version: string;
  deployment_sha256: string;
  parameters_sha256: string;
  rules_sha256: string;
  programmes_sha256: string;
  policy_sha256: string;
  catalogue_sha256: string;
  /** The champion frozen into the run, or null: the list goes on with rules and need. */
  model: { id: string; name: string } | null;
  /** Why the run goes on without its champion: monitoring raised an alert. Absent otherwise. */
  fallback?: Fallback;
  /** Ids of the models that are scored beside it and change no list, in order; absent when there is none, so that such runs keep their ids. */
  shadows?: readonly string[];
}

/** The id of a run: the first 128 bits of the hash of its inputs. */
export function runId(manifest: RunManifest): string {
  return hashOf(manifest).slice(0, 32);
}

/** What a step is given. A step reads `runDirectory/<earlier step>/`, writes only into `outputDirectory`, and may be run again. */
export interface StepContext {
  data: DataDirectory;
  deploymentFile: string;
  manifest: RunManifest;
  /** Outputs of finished steps: `join(runDirectory, "features")`. */
  runDirectory: string;
  /** This step's own; renamed to `runDirectory/<name>` when it has ended. */
  outputDirectory: string;
  /** Groups into which the 64 buckets are handed out; never changes the result. */
  partitions: number;
  threads: number;
  memoryLimit: string | undefined;
  /** Told how far the step is. */
  progress(done: number, total: number): void;
  /** The warehouse for reading with the known macros and the reference tables of the parameters in force. */
  openKnown(): Promise<Session>;
}

/** Rows in and out and what else is worth counting; goes into the ledger. */
export type StepCounts = Readonly<Record<string, number>>;

/** One step of a pipeline: a function of files, deterministic to the byte. */
export interface Step {
  name: string;
  run(context: StepContext): Promise<StepCounts>;
}

/** What runs when: steps in order, and a cron expression in the deployment's time zone. */
export interface Pipeline {
  name: string;
  schedule: string;
  /** After so long a step worked on by a service is stopped, and tried again. */
  stepTimeLimitSeconds: number;
  steps: readonly Step[];
}
