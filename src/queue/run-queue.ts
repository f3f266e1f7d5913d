import { type FlowJob, FlowProducer, type JobsOptions, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { patience } from "../runs/work.ts";
import type { Pipeline } from "../steps/step.ts";
import { noRedis, untilReady } from "./connection.ts";

/** One queue for all: begin a scheduled run, and a job for each step of a run. */
export const queueName = "runs";

/** What a job is about. `step`: one step of a begun run. `begin`: pull the sources, begin a run as of a day, and put its steps on the queue. */
export type RunJob = { kind: "step"; run: string; step: string; last: boolean } | { kind: "begin"; pipeline: string; as_of: string | null };

/** Everything of one deployment on a Redis has this prefix. */
export function queuePrefix(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["ALDYN_QUEUE_PREFIX"] ?? "aldyn";
}

/** How jobs of this queue are tried and kept: several attempts with exponential backoff and jitter; old ones are trimmed. */
const jobOptions: JobsOptions = {
  attempts: patience.attempts,
  backoff: { type: "exponential", delay: patience.firstDelayMs, jitter: patience.jitter },
  removeOnComplete: { age: 7 * 24 * 60 * 60, count: 1000 },
  removeOnFail: { age: 30 * 24 * 60 * 60, count: 1000 },
};

/** The queue as those see it who put jobs on it. */
export interface RunQueue {
  queue: Queue<RunJob>;
  flows: FlowProducer;
  /** Does what needs Redis; a UserError where it is away, or goes away meanwhile. */
  answered<T>(work: () => Promise<T>): Promise<T>;
  /** Says true to the first of several who want to put a run's steps on the queue at the same moment, until `done`. */
  claim(run: string): Promise<boolean>;
  done(run: string): Promise<unknown>;
  /** Jobs by state. */
  depth(): Promise<Record<string, number>>;
}

export function openRunQueue(connection: Redis, prefix: string): RunQueue {
  const options = { connection, prefix };
  const queue = new Queue<RunJob>(queueName, { ...options, defaultJobOptions: jobOptions });
  const flows = new FlowProducer(options);
  // The connection itself tells when Redis is away.
  queue.on("error", () => undefined);
  const claimed = (run: string) => `${prefix}:${queueName}:claimed:${run}`;
  const answered = async <T>(work: () => Promise<T>): Promise<T> => {
    await untilReady(connection);
    return work().catch((error: unknown) => {
      throw connection.status === "ready" ? error : noRedis(connection, error);
    });
  };
  return {
    queue,
    flows,
    answered,
    claim: (run) => answered(async () => (await connection.set(claimed(run), process.pid, "PX", 10_000, "NX")) === "OK"),
    done: (run) => connection.del(claimed(run)),
    depth: () => answered(() => queue.getJobCounts("waiting", "active", "delayed", "waiting-children", "failed")),
  };
}

/** A job for each step of a run, the last one on top: a job waits until the one below has ended, and fails with it, so that none waits for ever. */
export function stepsAsFlow(pipeline: Pipeline, run: string): FlowJob {
  const flow = pipeline.steps.reduce<FlowJob | undefined>((below, { name }) => {
    const data: RunJob = { kind: "step", run, step: name, last: name === pipeline.steps.at(-1)?.name };
    return {
      name,
      queueName,
      data,
      opts: { ...jobOptions, failParentOnFailure: true },
      ...(below === undefined ? {} : { children: [below] }),
    };
  }, undefined);
  if (flow === undefined) throw new Error(`pipeline ${pipeline.name} has no steps`);
  return flow;
}

/** Ids of the runs that have a job on the queue that has not ended. */
export async function runsOnQueue({ queue }: RunQueue): Promise<Set<string>> {
  const jobs = await queue.getJobs(["waiting", "active", "delayed", "waiting-children", "prioritized"]);
  return new Set(jobs.flatMap((job) => (job?.data.kind === "step" ? [job.data.run] : [])));
}
