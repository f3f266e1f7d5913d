import { readDeployment } from "../parameters/deployment.ts";
import { pipelines } from "../runs/pipelines.ts";
import type { RunJob, RunQueue } from "./run-queue.ts";

/** Has each pipeline begun on its own schedule, in the deployment's time zone. Said again it changes nothing, by however many processes. */
export async function schedulePipelines({ queue }: RunQueue, deploymentFile: string): Promise<{ pipeline: string; next: string }[]> {
  const tz = readDeployment(deploymentFile).time_zone;
  const scheduled = [];
  for (const { name, schedule } of pipelines) {
    const data: RunJob = { kind: "begin", pipeline: name, as_of: null };
    await queue.upsertJobScheduler(name, { pattern: schedule, tz }, { name: "begin", data });
    const next = (await queue.getJobScheduler(name))?.next;
    scheduled.push({ pipeline: name, next: next === undefined ? "unknown" : new Date(next).toISOString() });
  }
  return scheduled;
}
