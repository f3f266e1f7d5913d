import { join } from "node:path";
import { type Job, UnrecoverableError, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { dateAt } from "../domain/dates.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { readManifest } from "../runs/ledger.ts";
import { pipelineNamed } from "../runs/pipelines.ts";
import type { RunRequests } from "../runs/requests.ts";
import { pullAndRequest } from "../runs/requests-after-pull.ts";
import type { RunOptions } from "../runs/run-parts.ts";
import type { TaskPlace } from "../runs/task.ts";
import { enterFailure, isWorthRetrying, workStep } from "../runs/work.ts";
import { queueName, type RunJob } from "./run-queue.ts";

/** What a worker works with. */
export interface WorkerParts {
  connection: Redis;
  prefix: string;
  options: Omit<RunOptions, "asOf">;
  place: TaskPlace;
  requests: RunRequests;
  /** After so long without a sign of life from its worker a job is taken by another. */
  stalledAfterSeconds: number;
  /** How a step is worked on; in a process of its own when absent. */
  workOnStep?: typeof workStep | undefined;
  /** Told of each job's beginning and end. */
  onJob?: (event: { job: string; state: "started" | "finished" | "failed" | "stalled"; error?: string }) => void;
}

/** How long a job that is stopped may take to end and be handed back; after that it is left to stall. */
const handBackSeconds = 2;

/**
 * Works on the queue, one job at a time; a job whose worker died is taken by another. `close` lets the job under way end; with `force`, also of a
 * second call, it is stopped and handed back. It comes to an end with Redis away too: what that cannot be told stalls and is taken by another.
 */
export function startWorker(parts: WorkerParts): { close(force?: boolean): Promise<void> } {
  const { connection, options, onJob } = parts;
  const stopping = new AbortController();
  let underWay: Promise<unknown> = Promise.resolve();
  const take = (job: Job<RunJob>) => {
    underWay = work(parts, job, stopping.signal);
    return underWay;
  };
  const worker = new Worker<RunJob>(queueName, take, {
    connection,
    prefix: parts.prefix,
    concurrency: 1,
    lockDuration: parts.stalledAfterSeconds * 1000,
    stalledInterval: parts.stalledAfterSeconds * 1000,
    maxStalledCount: 10,
  });
  worker.on("error", () => undefined);
  worker.on("active", (job) => onJob?.({ job: titleOf(job), state: "started" }));
  worker.on("completed", (job) => onJob?.({ job: titleOf(job), state: "finished" }));
  worker.on("stalled", (id) => onJob?.({ job: id, state: "stalled" }));
  worker.on("failed", (job, error) => {
    if (job === undefined) return;
    onJob?.({ job: titleOf(job), state: "failed", error: error.message });
    const isLast = error instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
    if (job.data.kind === "step" && isLast && !failsWithBelow(job))
      enterFailure(options.data, job.data.run, job.data.step, (error.cause as Error | undefined) ?? error, options.now());
  });
  const givenUp = new Promise<void>((resolve) => {
    stopping.signal.addEventListener("abort", () => setTimeout(resolve, handBackSeconds * 1000).unref());
  });
  let ended: Promise<unknown> | undefined;
  return {
    async close(force = false) {
      if (force) stopping.abort();
      await worker.pause(true);
      await Promise.race([underWay.catch(() => undefined), givenUp]);
      // Unless it is forced BullMQ waits for Redis for ever.
      const isForced = force || connection.status !== "ready";
      ended ??= Promise.race([worker.close(isForced), new Promise((lost) => connection.once("close", lost))]);
      await ended;
    },
  };
}

/** Whether a job fails only because the one below it has; the run's failure is entered by that one. The words are BullMQ's. */
function failsWithBelow({ deferredFailure }: Job<RunJob>): boolean {
  return /^child .* failed$/.test(deferredFailure ?? "");
}

function titleOf({ data }: Job<RunJob>): string {
  return data.kind === "step" ? `${data.step} of run ${data.run.slice(0, 12)}` : `${data.pipeline} as of ${data.as_of ?? "today"}`;
}

async function work(parts: WorkerParts, job: Job<RunJob>, signal: AbortSignal): Promise<unknown> {
  try {
    return await (job.data.kind === "step" ? step(parts, job, job.data, signal) : begin(parts, job, job.data, signal));
  } catch (error) {
    if (signal.aborted) return handBack(job);
    if (isWorthRetrying(error)) throw error;
    throw Object.assign(new UnrecoverableError((error as Error).message), { cause: error });
  }
}

/** Leaves a job to another worker. */
async function handBack(job: Job<RunJob>): Promise<never> {
  await job.moveToWait(job.token).catch(() => undefined);
  throw new WaitingError();
}

function step(
  { options, place, workOnStep = workStep }: WorkerParts,
  job: Job<RunJob>,
  { run, step }: Extract<RunJob, { kind: "step" }>,
  signal: AbortSignal,
): Promise<void> {
  return workOnStep(place, run, step, {
    timeLimitSeconds: pipelineNamed(readManifest(join(options.data.runs, run)).pipeline).stepTimeLimitSeconds,
    signal,
    onMoved: (share) => void job.updateProgress(Math.round(share * 100)).catch(() => undefined),
  });
}

/** Pulls the sources, begins the run and puts its steps on the queue. Without a date it is the day on which the job was due. */
async function begin(parts: WorkerParts, job: Job<RunJob>, { pipeline, as_of }: Extract<RunJob, { kind: "begin" }>, signal: AbortSignal) {
  const dueAt = new Date(job.opts.prevMillis ?? job.timestamp);
  const asOf = as_of ?? dateAt(dueAt, readDeployment(parts.options.deploymentFile).time_zone);
  return pullAndRequest(parts, { pipeline, asOf }, signal);
}
