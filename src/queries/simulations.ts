import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import type { Principal } from "../domain/principal.ts";
import { changeOf } from "../simulation/change.ts";
import { type SimulationDesk, type SimulationState, simulationPlace } from "../simulation/desk.ts";
import { type SeenHousehold, simulatedHousehold } from "../simulation/household.ts";
import { keptSimulation, keptSimulations, type SimulationSummary } from "../simulation/kept.ts";
import { type ShownSimulation, shownSimulation } from "../simulation/shown.ts";
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
  result: ShownSimulation | null;
}

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
  return desk.begin({ ...simulationPlace({ data, deployment }), change: changeOf("change", change), days, sample });
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
  const result = keptSimulation(data, id);
  return { simulation_id: id, ...found, result: result === undefined ? null : shownSimulation(result) };
}

/** What one family would see of a kept simulation, by the registers that it was made from. Only for those who may also look at households. */
export async function simulatedFamily(
  principal: Principal,
  sources: Pick<Sources, "data" | "deployment">,
  { id, household, lang }: { id: string; household: string; lang: Language },
): Promise<SeenHousehold> {
  requirePermission(principal, "simulate");
  requirePermission(principal, "households");
  requireArea(principal, "");
  const kept = keptSimulation(sources.data, id);
  if (kept === undefined) throw new NotFound("there is no such simulation");
  const { change, sample, snapshot } = kept;
  const asked = { ...simulationPlace(sources), change, sample, snapshot, id, days: kept.days.map((day) => day.as_of) };
  try {
    return await simulatedHousehold(asked, household, lang);
  } catch (error) {
    if (error instanceof UserError && error.code === "no_household")
      throw new NotFound("the simulation has no such household on each of its days");
    throw error;
  }
}
