import { momentOf } from "../domain/dates.ts";
import type { Principal } from "../domain/principal.ts";
import { readNight } from "../runs/alert.ts";
import { NotFound, requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";
import { type Loaded, readSources } from "./registers.ts";
import { listRuns, readRun, type StepSummary } from "./runs.ts";

/** What an operator watches of the run that is shown. Ages count to now, made-up registers' too. */
export interface RunFigures {
  runSeconds: number | null;
  steps: StepSummary[];
  loaded: Loaded[];
  freshness: { source: string; table: string; region: string; ageSeconds: number }[];
  listAgeSeconds: number;
  /** Of the run's model; each null where it was not measured. */
  monitoring: { drifted: number | null; scoreIndex: number | null; expectedPrecision: number | null; isFallback: boolean };
}

/** How the run that ended last ended, shown or not: what an alarm goes by. */
export interface LastEnding {
  isFailed: boolean;
  secondsAgo: number;
}

/** Runs, the newest first, among which the one that ended last is looked for. */
const mostLookedAt = 50;

/** How the last run ended, for those who may read metrics; undefined when none has. */
export async function readLastEnding(principal: Principal, sources: Sources): Promise<LastEnding | undefined> {
  requirePermission(principal, "metrics");
  const { items } = await listRuns(principal, sources, { limit: mostLookedAt });
  const ended = items.flatMap(({ state, ended_at }) => (ended_at === null ? [] : [{ state, at: Date.parse(ended_at) }]));
  if (ended.length === 0) return undefined;
  const last = ended.reduce((one, other) => (other.at > one.at ? other : one));
  return { isFailed: last.state !== "finished", secondsAgo: (sources.now().getTime() - last.at) / 1000 };
}

/** The figures of the run that is shown, for those who may read metrics. */
export async function readFigures(principal: Principal, sources: Sources): Promise<RunFigures> {
  requirePermission(principal, "metrics");
  const id = sources.published.currentId();
  if (id === undefined) throw new NotFound("no list has been published yet");
  const { steps, as_of, started_at, ended_at, manifest } = await readRun(principal, sources, id);
  const { loaded, freshness } = await readSources(principal, sources);
  const night = readNight(sources.data, id);
  const { time_zone: timeZone } = sources.deployment;
  const secondsSince = (local: string) => (sources.now().getTime() - momentOf(local, timeZone)) / 1000;
  return {
    runSeconds: started_at === null || ended_at === null ? null : (Date.parse(ended_at) - Date.parse(started_at)) / 1000,
    steps,
    loaded,
    freshness: freshness.flatMap(({ source, table, region, newest_recorded_at: newest }) =>
      newest === null ? [] : [{ source, table, region, ageSeconds: secondsSince(newest) }],
    ),
    listAgeSeconds: secondsSince(as_of),
    monitoring: {
      drifted: night?.state === "measured" ? night.drifted : null,
      scoreIndex: night?.score?.index ?? null,
      expectedPrecision: night?.expected?.precision_at_5.value ?? null,
      isFallback: "fallback" in manifest,
    },
  };
}
