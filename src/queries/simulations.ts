import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Principal } from "../domain/principal.ts";
import { changeOf } from "../simulation/change.ts";
import { keptSimulation, keptSimulations, type SimulationSummary } from "../simulation/kept.ts";
import type { Simulation } from "../simulation/result.ts";
import { identifySimulation, simulateChange } from "../simulation/simulate-change.ts";
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

export interface RequestedSimulation {
  simulation_id: string;
  state: "under_way" | "finished" | "failed";
}

export interface ReadSimulation extends RequestedSimulation {
  /** Why it failed; null otherwise. */
  error: string | null;
  result: Simulation | null;
}

/** Simulations of the service: made one after the other in this process, while it goes on answering. */
export interface SimulationDesk {
  request(principal: Principal, wanted: SimulationRequest): Promise<RequestedSimulation>;
  list(principal: Principal, paging: Paging): { items: SimulationSummary[]; next_cursor: string | null };
  read(principal: Principal, id: string): ReadSimulation;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** So many may wait. */
const mostWaiting = 4;
/** A load that writes the warehouse is not waited for longer. */
const waitSeconds = 10;

/** They speak of the whole register, so only those may see them who may look into the whole country. */
function requireWhole(principal: Principal): void {
  requirePermission(principal, "simulate");
  requireArea(principal, "");
}

export function simulationDesk({ data, deployment }: Pick<Sources, "data" | "deployment">): SimulationDesk {
  const underWay = new Map<string, Promise<void>>();
  const failures = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();
  const stateOf = (id: string): RequestedSimulation["state"] | undefined => {
    if (underWay.has(id)) return "under_way";
    if (keptSimulation(data, id) !== undefined) return "finished";
    return failures.has(id) ? "failed" : undefined;
  };
  return {
    async request(principal, { change, as_of, sample }) {
      requireWhole(principal);
      const days = [...new Set(as_of)].sort();
      const asked = { data, deployment, change: changeOf("change", change), place: "change", days, sample, threads: 1, waitSeconds };
      const id = await identifySimulation(asked);
      const state = stateOf(id);
      if (state === "under_way" || state === "finished") return { simulation_id: id, state };
      if (underWay.size >= mostWaiting)
        throw new UserError("simulations_busy", `${mostWaiting} simulations are under way; ask again later`);
      failures.delete(id);
      const work = last
        .then(() => simulateChange(asked))
        .then(
          () => undefined,
          (error: unknown) => {
            failures.set(id, error instanceof UserError ? error.message : "something went wrong here");
          },
        )
        .finally(() => underWay.delete(id));
      underWay.set(id, work);
      last = work;
      return { simulation_id: id, state: "under_way" };
    },
    list(principal, paging) {
      requireWhole(principal);
      return pageOf(keptSimulations(data), ({ simulation_id }) => simulation_id, { ...paging, of: "simulations" });
    },
    read(principal, id) {
      requireWhole(principal);
      const state = stateOf(id);
      if (state === undefined) throw new NotFound("there is no such simulation");
      return { simulation_id: id, state, error: failures.get(id) ?? null, result: keptSimulation(data, id) ?? null };
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}
