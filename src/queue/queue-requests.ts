import { pipelineNamed } from "../runs/pipelines.ts";
import { enterRequest, enterResumption, type RunRequests, runsToGoOnWith } from "../runs/requests.ts";
import type { RunOptions } from "../runs/run-parts.ts";
import type { Pipeline } from "../steps/step.ts";
import { type RunQueue, runsOnQueue, stepsAsFlow } from "./run-queue.ts";

/** Puts the steps of runs on the queue, for whichever workers are there. The ledger says what a run is: two requests for one are one run. */
export function queueRequests(options: Omit<RunOptions, "asOf">, runQueue: RunQueue): RunRequests {
  return {
    async request(name, asOf) {
      const pipeline = pipelineNamed(name);
      const { run, state } = await enterRequest({ ...options, asOf }, pipeline);
      if (state !== "finished") await runQueue.answered(() => enqueue(runQueue, pipeline, run.id));
      return { run_id: run.id, state };
    },
    async resume(run) {
      const pipeline = enterResumption(options.data, run, options.now());
      await runQueue.answered(() => enqueue(runQueue, pipeline, run));
      return { run_id: run, state: "requested" };
    },
    depth: runQueue.depth,
    async close() {
      await Promise.all([runQueue.queue.close(), runQueue.flows.close()]);
    },
  };
}

/** Puts a run's steps on the queue unless they are there, and says whether it did. Several who do so at the same moment put them there once. */
async function enqueue(runQueue: RunQueue, pipeline: Pipeline, run: string): Promise<boolean> {
  if (!(await runQueue.claim(run))) return false;
  try {
    if ((await runsOnQueue(runQueue)).has(run)) return false;
    await runQueue.flows.add(stepsAsFlow(pipeline, run));
    return true;
  } finally {
    await runQueue.done(run);
  }
}

/** Puts back what the ledger says was asked for and the queue has lost. Returns the runs that were put back. */
export async function putBackUnfinished({ data, now }: Pick<RunOptions, "data" | "now">, runQueue: RunQueue): Promise<string[]> {
  const lost: string[] = [];
  for (const { run, pipeline } of runsToGoOnWith(data, now())) if (await enqueue(runQueue, pipeline, run)) lost.push(run);
  return lost;
}
