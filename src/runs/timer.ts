import { Cron } from "croner";
import { dateAt } from "../domain/dates.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { pipelines } from "./pipelines.ts";
import { pullAndRequest, type RequestParts } from "./requests-after-pull.ts";

/** What a timer begins runs with. */
export interface TimerParts extends RequestParts {
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
      const work = pullAndRequest(parts, { pipeline: name, asOf: dateAt(parts.options.now(), timezone) }, stopping.signal)
        .then(({ run_id }) => parts.onWord(`${name}: run ${run_id.slice(0, 12)} was asked for by its schedule`))
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
