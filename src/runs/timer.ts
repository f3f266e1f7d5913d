import { Cron } from "croner";
import { dateAt } from "../domain/dates.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { pipelineNamed, pipelines } from "./pipelines.ts";
import type { RunRequests } from "./requests.ts";
import type { RunOptions } from "./run-parts.ts";
import type { TaskPlace } from "./task.ts";
import { enterPulled, pullSources } from "./work.ts";

/** What a timer begins runs with. */
export interface TimerParts {
  options: Omit<RunOptions, "asOf">;
  place: TaskPlace;
  requests: Pick<RunRequests, "request">;
  /** Told in words what was begun, and what could not be. */
  onWord(words: string): void;
}

/** Begins each pipeline on its schedule, in the deployment's time zone, as of that day: where no queue keeps the schedules. */
export function startTimer(parts: TimerParts): { next: { pipeline: string; at: string | null }[]; stop(): Promise<void> } {
  const stopping = new AbortController();
  const timezone = readDeployment(parts.options.deploymentFile).time_zone;
  const working = new Set<Promise<void>>();
  const timers = pipelines.map(({ name, schedule }) => {
    const begin = () => {
      const work = beginScheduled(parts, name, stopping.signal)
        .then((run) => parts.onWord(`${name}: run ${run.slice(0, 12)} was asked for by its schedule`))
        .catch((error: Error) => parts.onWord(`${name}: could not be begun by its schedule: ${error.message}`))
        .finally(() => working.delete(work));
      working.add(work);
      return work;
    };
    return { name, timer: new Cron(schedule, { timezone, protect: true }, begin) };
  });
  return {
    next: timers.map(({ name, timer }) => ({ pipeline: name, at: timer.nextRun()?.toISOString() ?? null })),
    async stop() {
      for (const { timer } of timers) timer.stop();
      stopping.abort();
      await Promise.all(working);
    },
  };
}

/** Pulls the deployment's sources and asks for a run as of today. */
export async function beginScheduled(
  { options, place, requests }: Omit<TimerParts, "onWord">,
  pipeline: string,
  signal: AbortSignal,
): Promise<string> {
  const deployment = readDeployment(options.deploymentFile);
  const asOf = dateAt(options.now(), deployment.time_zone);
  const timeLimitSeconds = pipelineNamed(pipeline).stepTimeLimitSeconds;
  const pulled = await pullSources(place, deployment.sources, { timeLimitSeconds, signal });
  const { run_id } = await requests.request(pipeline, asOf);
  enterPulled(options.data, run_id, pulled, options.now());
  return run_id;
}
