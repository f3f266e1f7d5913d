import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { nightly } from "../../pipelines/nightly.ts";
import { sha256 } from "../../src/domain/canonical.ts";
import { projectFile } from "../../src/domain/project-files.ts";
import { connectRedis } from "../../src/queue/connection.ts";
import { openRunQueue, type RunQueue } from "../../src/queue/run-queue.ts";
import { type QueueService, startQueueService } from "../../src/queue/service.ts";
import { record } from "../../src/runs/ledger.ts";
import { type DataDirectory, dataDirectory } from "../../src/warehouse/data-directory.ts";
import type { TestRedis } from "./redis.ts";

export const stepNames = nightly.steps.map((step) => step.name);

const idOf = (name: string) => sha256(name).slice(0, 32);

/** A run that has begun, in a data directory of its own: all that a queue knows of one. */
export function begunRun(
  root: string,
  name: string,
  { asked = false, run = idOf(name) } = {},
): { data: DataDirectory; run: string; directory: string } {
  const data = dataDirectory(join(root, name));
  const directory = join(data.runs, run);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ pipeline: "nightly", as_of: "2026-01-01" }));
  if (asked) record(directory, { at: "2026-01-02T00:00:00.000Z", event: "run_requested" });
  return { data, run, directory };
}

/** The queue as one sees it who puts jobs on it, closed when the test ends. */
export function queueOn(redis: TestRedis, prefix: string): RunQueue {
  const connection = connectRedis(redis.url, { blocking: false });
  const runQueue = openRunQueue(connection, prefix);
  onTestFinished(async () => {
    await Promise.allSettled([runQueue.queue.close(), runQueue.flows.close()]);
    connection.disconnect();
  });
  return runQueue;
}

/** What a service works with on a data directory. */
export function serviceParts(data: DataDirectory): Pick<QueueService, "options" | "place"> {
  const settings = { deploymentFile: projectFile("models/deployment.yaml"), partitions: 1, threads: 1, memoryLimit: undefined };
  return {
    options: { ...settings, data, now: () => new Date("2026-01-02"), champion: async () => null },
    place: { ...settings, data: data.root },
  };
}

/** A service of the queue in this process, whose steps are worked on by `workOnStep`; it looks after the queue only when a connection comes, unless told otherwise. */
export function serviceOn(
  redis: TestRedis,
  prefix: string,
  data: DataDirectory,
  workOnStep: NonNullable<QueueService["workOnStep"]>,
  changes: Partial<QueueService> = {},
): ReturnType<typeof startQueueService> & { said: string[] } {
  const said: string[] = [];
  const service = startQueueService({
    redisUrl: redis.url,
    prefix,
    ...serviceParts(data),
    works: true,
    schedules: false,
    stalledAfterSeconds: 0.5,
    tendEverySeconds: 3600,
    onWord: (words) => said.push(words),
    workOnStep,
    ...changes,
  });
  // One that does not come to its end must not keep the test's own failure from being told.
  onTestFinished(() => Promise.race([service.close(true), sleep(10_000, undefined, { ref: false })]));
  return { ...service, said };
}
