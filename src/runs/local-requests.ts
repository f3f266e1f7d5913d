import pRetry from "p-retry";
import { pipelineNamed } from "./pipelines.ts";
import { enterRequest, enterResumption, type RunRequests, runsToGoOnWith } from "./requests.ts";
import type { RunOptions } from "./run-parts.ts";
import type { TaskPlace } from "./task.ts";
import { enterFailure, isWorthRetrying, patience, workStep } from "./work.ts";

/** Has runs worked through by this process alone, one after the other, each step in a process of its own. Goes on with what an earlier process left. */
export function localRequests(
  options: Omit<RunOptions, "asOf">,
  place: TaskPlace,
  { workOnStep = workStep, firstDelayMs = patience.firstDelayMs as number } = {},
): RunRequests {
  const waiting: { run: string; pipeline: string }[] = [];
  const stopping = new AbortController();
  let working: Promise<void> | undefined;

  const enqueue = (run: string, pipeline: string) => {
    if (waiting.some((each) => each.run === run)) return;
    waiting.push({ run, pipeline });
    working ??= workAll().finally(() => {
      working = undefined;
    });
  };
  async function workAll(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      await workRun(next.run, next.pipeline);
      waiting.shift();
    }
  }
  async function workRun(run: string, pipeline: string): Promise<void> {
    const { steps, stepTimeLimitSeconds: timeLimitSeconds } = pipelineNamed(pipeline);
    for (const { name } of steps) {
      try {
        await pRetry(() => workOnStep(place, run, name, { timeLimitSeconds, signal: stopping.signal }), {
          retries: patience.attempts - 1,
          minTimeout: firstDelayMs,
          randomize: true,
          signal: stopping.signal,
          shouldRetry: ({ error }) => isWorthRetrying(error),
        });
      } catch (error) {
        if (!stopping.signal.aborted) enterFailure(options.data, run, name, error as Error, options.now());
        return;
      }
    }
  }

  for (const { run, pipeline } of runsToGoOnWith(options.data, options.now())) enqueue(run, pipeline.name);
  return {
    async request(name, asOf) {
      const pipeline = pipelineNamed(name);
      const { run, state } = await enterRequest({ ...options, asOf }, pipeline);
      if (state !== "finished") enqueue(run.id, pipeline.name);
      return { run_id: run.id, state };
    },
    async resume(run) {
      enqueue(run, enterResumption(options.data, run, options.now()).name);
      return { run_id: run, state: "requested" };
    },
    depth: async () => ({ active: working === undefined ? 0 : 1, waiting: Math.max(0, waiting.length - 1) }),
    async close() {
      stopping.abort();
      await working;
    },
  };
}
