import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IsoDate } from "../domain/dates.ts";
import { type Policy, policyAt } from "../lists/policy.ts";
import type { Night } from "../monitoring/night.ts";
import { type Fallback, monitoringVerdict, type PastNight, type Verdict } from "../monitoring/verdict.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { monitor, nightFile } from "../steps/monitor.ts";
import type { RunManifest } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { readLedger, readManifest, runIds } from "./ledger.ts";

/** A model that runs are to use. */
export interface Champion {
  id: string;
  name: string;
  /** When it was promoted, ISO; absent where nobody did. */
  since?: string | null;
}

/** A run that has ended. */
export interface EndedRun extends Pick<RunManifest, "as_of" | "model" | "fallback" | "shadows"> {
  run_id: string;
  ended_at: string;
}

/** The model that a run of the day freezes, or why it goes on with rules and need. */
export function modelInUse(
  where: { data: DataDirectory; asOf: IsoDate },
  deployment: Deployment,
  champion: Champion | null,
): Pick<RunManifest, "model" | "fallback"> {
  if (champion === null) return { model: null };
  const { action, alert } = alertOn(where, deployment, champion);
  if (action === "rules_only" && alert !== null) return { model: null, fallback: alert };
  return { model: { id: champion.id, name: champion.name } };
}

/** What monitoring says on a day of a champion, by the nights before that day. */
export function alertOn({ data, asOf }: { data: DataDirectory; asOf: IsoDate }, deployment: Deployment, champion: Champion): Verdict {
  const policy: Policy["monitoring"] = policyAt(listingFiles(deployment).policy, asOf).monitoring;
  return monitoringVerdict(champion, nightsBefore(data, asOf), policy);
}

function* nightsBefore(data: DataDirectory, asOf: IsoDate): Generator<PastNight> {
  for (const run of endedRuns(data).filter((each) => each.as_of < asOf))
    yield { ...run, breached: readNight(data, run.run_id)?.breached ?? [] };
}

/** The run that ended last of each day, the newest day first. */
export function endedRuns(data: DataDirectory): EndedRun[] {
  const byDay = new Map<IsoDate, EndedRun>();
  for (const run_id of runIds(data)) {
    const ended_at = readLedger(join(data.runs, run_id)).findLast(({ event }) => event === "run_finished")?.at;
    if (ended_at === undefined) continue;
    const { as_of, model, fallback, shadows } = readManifest(join(data.runs, run_id));
    const known = byDay.get(as_of);
    if (known === undefined || known.ended_at < ended_at)
      byDay.set(as_of, {
        ...{ run_id, as_of, model, ended_at },
        ...(fallback === undefined ? {} : { fallback }),
        ...(shadows === undefined ? {} : { shadows }),
      });
  }
  return [...byDay.values()].sort((a, b) => b.as_of.localeCompare(a.as_of));
}

/** The alert by which the newest run goes on without a model; null where it does not. */
export function alertOf([newest]: readonly EndedRun[], model: string): Fallback | null {
  return newest?.fallback?.id === model ? newest.fallback : null;
}

/** What monitoring wrote of a run's model, or of one of its shadows; undefined when it did not come to that. */
export function readNight(data: DataDirectory, run: string, shadow?: string): Night | undefined {
  const file = join(data.runs, run, monitor.name, nightFile(shadow));
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Night) : undefined;
}
