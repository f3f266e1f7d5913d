import { setTimeout as sleep } from "node:timers/promises";
import { QueueEvents } from "bullmq";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { pipelineNamed } from "../runs/pipelines.ts";
import type { Requested } from "../runs/requests.ts";
import { connectRedis, noRedis, untilReady } from "./connection.ts";
import { openRunQueue, queueName, type RunJob } from "./run-queue.ts";

/** A run that was put on the queue: what a worker answered, or null when none has begun it in time. */
export interface Asked {
  job: string;
  requested: Requested | null;
}

/** Puts the beginning of a run on the queue, sources pulled first, and waits for a worker's answer. A UserError when Redis is not there, or goes away meanwhile. */
export async function askForRun(
  { redisUrl, prefix, waitSeconds }: { redisUrl: string; prefix: string; waitSeconds: number },
  pipeline: string,
  asOf: IsoDate,
): Promise<Asked> {
  pipelineNamed(pipeline);
  const connection = connectRedis(redisUrl, { blocking: false });
  // Before anything of BullMQ's is opened on it: what is open cannot be closed while Redis is away.
  await untilReady(connection).catch((error: unknown) => {
    connection.disconnect();
    throw error;
  });
  const listening = connectRedis(redisUrl, { blocking: true });
  const events = new QueueEvents(queueName, { connection: listening, prefix });
  events.on("error", () => undefined);
  const { queue, flows } = openRunQueue(connection, prefix);
  const lost = new Promise<never>((_, reject) => connection.once("close", () => reject(noRedis(connection))));
  const ending = new AbortController();
  const answered = async (): Promise<Asked> => {
    await events.waitUntilReady();
    const data: RunJob = { kind: "begin", pipeline, as_of: asOf };
    const job = await queue.add("begin", data);
    const late = sleep(waitSeconds * 1000, null, { signal: ending.signal });
    const requested = await Promise.race([job.waitUntilFinished(events), late]).catch((error: Error) => {
      throw new UserError("not_begun", `the run could not be begun: ${error.message}`, { cause: error });
    });
    return { job: String(job.id), requested: requested as Requested | null };
  };
  try {
    return await Promise.race([answered(), lost]);
  } finally {
    ending.abort();
    const closed = Promise.allSettled([events.close(), queue.close(), flows.close()]);
    // It would wait for Redis for ever.
    if (connection.status === "ready") await closed;
    listening.disconnect();
    connection.disconnect();
  }
}
