import type { Principal } from "../domain/principal.ts";
import type { Night } from "../monitoring/night.ts";
import type { Realised } from "../monitoring/realised.ts";
import type { Fallback } from "../monitoring/verdict.ts";
import { alertOf, endedRuns, readNight } from "../runs/alert.ts";
import { readRealised } from "../runs/realised.ts";
import { readModel } from "../scoring/model-store.ts";
import { NotFound, requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";

/** A night of a model in short; the newest has its features beside it. */
export interface MonitoredNight extends Pick<Night, "state" | "reason" | "households" | "score" | "drifted" | "expected" | "breached"> {
  run_id: string;
  as_of: string;
  /** Features that were held against the reference. */
  features: number;
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

/** What monitoring knows of a model: drift by night, performance expected and realised, and the alert that stands. Figures of all households together. */
export async function readMonitoring(principal: Principal, { data }: Pick<Sources, "data">, id: string): Promise<Monitoring> {
  requirePermission(principal, "monitoring");
  return monitoringOf({ data }, id);
}

/** The same for who has the data directory itself. */
export function monitoringOf({ data }: Pick<Sources, "data">, id: string): Monitoring {
  const { manifest, reference } = modelOf({ data }, id);
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
    nights: own.map(({ run: { run_id, as_of }, night: { state, reason, households, score, features, drifted, expected, breached } }) => ({
      ...{ run_id, as_of, state, reason, households, score },
      ...{ features: features.length, drifted, expected, breached },
    })),
    features: own[0]?.night.features ?? [],
    realised: readRealised(data, manifest.id).slice(0, mostNights),
  };
}

function modelOf({ data }: Pick<Sources, "data">, id: string) {
  try {
    return readModel(data, id);
  } catch (cause) {
    if ((cause as { code?: string }).code === "no_model") throw new NotFound("there is no such model");
    throw cause;
  }
}
