import type { RunRequests } from "../runs/requests.ts";
import type { RunOptions } from "../runs/run-parts.ts";
import type { TaskPlace } from "../runs/task.ts";
import type { workStep } from "../runs/work.ts";
import { connectRedis } from "./connection.ts";
import { putBackUnfinished, queueRequests } from "./queue-requests.ts";
import { openRunQueue, queuePrefix } from "./run-queue.ts";
import { schedulePipelines } from "./schedule.ts";
import { startWorker } from "./worker.ts";

/** What this process does for the queue: take requests only, work on jobs, keep the schedules, or both. */
export interface QueueService {
  redisUrl: string;
  options: Omit<RunOptions, "asOf">;
  place: TaskPlace;
  works: boolean;
  schedules: boolean;
  prefix?: string;
  /** After so long without a sign of life a worker's job is taken by another; half a minute when absent. */
  stalledAfterSeconds?: number;
  /** How often it looks whether Redis has lost runs or schedules, beside when a connection comes; every ten seconds when absent. */
  tendEverySeconds?: number;
  /** How a step is worked on; in a process of its own when absent. */
  workOnStep?: typeof workStep;
  /** Told in words of what happens: jobs, Redis lost and back, runs put back. */
  onWord?: (words: string) => void;
}

/**
 * Starts a process's part in the queue. Redis may be away: it goes on when it is back. What Redis loses is put back from the ledger.
 * `close` lets the job under way end, unless `force`: it is stopped then, and left to another worker. It does not wait for a Redis that is away.
 */
export function startQueueService(service: QueueService): { requests: RunRequests; close(force?: boolean): Promise<void> } {
  const { options, onWord = () => undefined } = service;
  const prefix = service.prefix ?? queuePrefix();
  const onRedis = (_: string, words: string) => onWord(words);
  const connection = connectRedis(service.redisUrl, { blocking: false, onRedis });
  const runQueue = openRunQueue(connection, prefix);
  const requests = queueRequests(options, runQueue);
  const forWork = service.works ? connectRedis(service.redisUrl, { blocking: true }) : undefined;
  const worker =
    forWork &&
    startWorker({
      connection: forWork,
      prefix,
      options,
      place: service.place,
      requests,
      stalledAfterSeconds: service.stalledAfterSeconds ?? 30,
      workOnStep: service.workOnStep,
      onJob: ({ job, state, error }) => onWord(`${job}: ${state}${error === undefined ? "" : `: ${error}`}`),
    });
  let tending: Promise<void> | undefined;
  const tend = () => {
    if (connection.status !== "ready") return;
    tending ??= tendQueue()
      .catch((error: Error) => {
        // That Redis is lost is said by the connection.
        if (connection.status === "ready") onWord(`the queue could not be looked after: ${error.message}`);
      })
      .finally(() => {
        tending = undefined;
      });
  };
  async function tendQueue(): Promise<void> {
    if (service.schedules) await schedulePipelines(runQueue, options.deploymentFile);
    for (const run of await putBackUnfinished(options, runQueue))
      onWord(`run ${run.slice(0, 12)} was not on the queue; put back from its ledger`);
  }
  connection.on("ready", tend);
  const timer = setInterval(tend, (service.tendEverySeconds ?? 10) * 1000);
  return {
    requests,
    async close(force = false) {
      clearInterval(timer);
      await worker?.close(force);
      await tending;
      await requests.close();
      forWork?.disconnect();
      connection.disconnect();
    },
  };
}
