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
  /** Whether the list was made with it, or it was scored beside the champion. */
  role: "champion" | "shadow";
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
    .flatMap(({ run_id, as_of, model, shadows }): Pick<MonitoredNight, "run_id" | "as_of" | "role">[] => {
      if (model?.id === manifest.id) return [{ run_id, as_of, role: "champion" }];
      return shadows?.includes(manifest.id) ? [{ run_id, as_of, role: "shadow" }] : [];
    })
    .slice(0, mostNights)
    .flatMap((run) => {
      const night = readNight(data, run.run_id, run.role === "shadow" ? manifest.id : undefined);
      return night === undefined ? [] : [{ run, night }];
    });
  return {
    model: { id: manifest.id, name: manifest.name },
    has_reference: reference !== undefined,
    at_fit: own[0]?.night.at_fit ?? null,
    alert: alertOf(runs, manifest.id),
    nights: own.map(({ run, night: { state, reason, households, score, drifted, compared, data_age, expected, breached } }) => ({
      ...{ ...run, state, reason, households, score },
      ...{ drifted, compared, data_age, expected, breached },
    })),
    features: own[0]?.night.features ?? [],
    realised: readRealised(data, manifest.id).slice(0, mostNights),
  };
}
