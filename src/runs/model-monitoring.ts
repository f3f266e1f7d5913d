import type { Night } from "../monitoring/night.ts";
import type { Realised } from "../monitoring/realised.ts";
import type { Fallback } from "../monitoring/verdict.ts";
import { readModel } from "../scoring/model-store.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { alertOf, endedRuns, readNight } from "./alert.ts";
import { readRealised } from "./realised.ts";

/** A night of a model in short; the newest has its features beside it. */
export interface MonitoredNight
  extends Pick<Night, "state" | "reason" | "households" | "score" | "drifted" | "compared" | "data_age" | "expected" | "breached"> {
  run_id: string;
  as_of: string;
}

/** What monitoring knows of a model. */
export interface Monitoring {
  model: { id: string; name: string };
  has_reference: boolean;
  at_fit: Night["at_fit"];
  /** The alert by which the newest run goes on without the model. */
  alert: Fallback | null;
  /** The newest first. */
  nights: MonitoredNight[];
  /** The features of the newest night. */
  features: Night["features"];
  /** What earlier nights turned out to be worth, the newest first. */
  realised: Realised[];
}

const mostNights = 100;

/** What monitoring knows of a model, by its id or the beginning of one. Figures of all households together. A UserError when there is no such model. */
export function monitoringOf(data: DataDirectory, id: string): Monitoring {
  const { manifest, reference } = readModel(data, id);
  const runs = endedRuns(data);
  const own = runs
    .filter(({ model }) => model?.id === manifest.id)
    .slice(0, mostNights)
    .flatMap((run) => {
      const night = readNight(data, run.run_id);
      return night === undefined ? [] : [{ run, night }];
    });
  return {
    model: { id: manifest.id, name: manifest.name },
    has_reference: reference !== undefined,
    at_fit: own[0]?.night.at_fit ?? null,
    alert: alertOf(runs, manifest.id),
    nights: own.map(
      ({ run: { run_id, as_of }, night: { state, reason, households, score, drifted, compared, data_age, expected, breached } }) => ({
        ...{ run_id, as_of, state, reason, households, score },
        ...{ drifted, compared, data_age, expected, breached },
      }),
    ),
    features: own[0]?.night.features ?? [],
    realised: readRealised(data, manifest.id).slice(0, mostNights),
  };
}
