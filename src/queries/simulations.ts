import type { IsoDate } from "../domain/dates.ts";
import type { Principal } from "../domain/principal.ts";
import type { SimulationDesk, SimulationState } from "../runs/simulation-desk.ts";
import { changeOf } from "../simulation/change.ts";
import { keptSimulation, keptSimulations, type SimulationSummary } from "../simulation/kept.ts";
import type { Simulation } from "../simulation/result.ts";
import { NotFound, requireArea, requirePermission } from "./access.ts";
import { pageOf } from "./cursor.ts";
import type { Paging } from "./lists.ts";
import type { Sources } from "./parts.ts";

/** What is asked for: a change as its YAML file would have it, the days, and the share of households that is drawn. */
export interface SimulationRequest {
  change: unknown;
  as_of: readonly IsoDate[];
  sample: number;
}

export interface ReadSimulation {
  simulation_id: string;
  state: SimulationState;
  /** Why it failed; null otherwise. */
  error: string | null;
  result: Simulation | null;
}

/** A load that writes the warehouse is not waited for longer, so that the request is answered in time. */
const waitSeconds = 10;

/** Has a change simulated. Simulations speak of the whole register: only those may, here and below, who may look into the whole country. */
export async function requestSimulation(
  principal: Principal,
  { data, deployment }: Pick<Sources, "data" | "deployment">,
  desk: SimulationDesk,
  { change, as_of, sample }: SimulationRequest,
): Promise<{ simulation_id: string; state: SimulationState }> {
  requirePermission(principal, "simulate");
  requireArea(principal, "");
  const days = [...new Set(as_of)].sort();
  const asked = { data, deployment, change: changeOf("change", change), place: "change", days, sample, threads: 1, waitSeconds };
  return desk.begin(asked);
}

/** The simulations that are kept, by name. */
export function listSimulations(
  principal: Principal,
  { data }: Pick<Sources, "data">,
  paging: Paging,
): { items: SimulationSummary[]; next_cursor: string | null } {
  requirePermission(principal, "simulate");
  requireArea(principal, "");
  return pageOf(keptSimulations(data), ({ simulation_id }) => simulation_id, { ...paging, of: "simulations" });
}

/** A simulation that is kept, under way, or failed. */
export function readSimulation(principal: Principal, { data }: Pick<Sources, "data">, desk: SimulationDesk, id: string): ReadSimulation {
  requirePermission(principal, "simulate");
  requireArea(principal, "");
  const found = desk.stateOf(data, id);
  if (found === undefined) throw new NotFound("there is no such simulation");
  return { simulation_id: id, ...found, result: keptSimulation(data, id) ?? null };
}
