import { UserError } from "../domain/errors.ts";
import { keptSimulation } from "../simulation/kept.ts";
import { type AskedSimulation, identifySimulation, simulateChange } from "../simulation/simulate-change.ts";

export type SimulationState = "under_way" | "finished" | "failed";

/** Simulations of a service: made one after the other in this process, while it goes on answering. */
export interface SimulationDesk {
  /** Checks a change and begins its simulation, where it is neither kept nor under way. A UserError when too many wait. */
  begin(asked: AskedSimulation): Promise<{ simulation_id: string; state: SimulationState }>;
  /** Undefined when nobody asked for it since the start, and it is not kept. `error`: why it failed. */
  stateOf(data: AskedSimulation["data"], id: string): { state: SimulationState; error: string | null } | undefined;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** So many may be under way, all but one of them waiting. */
const most = 4;

export function simulationDesk(): SimulationDesk {
  const underWay = new Map<string, Promise<void>>();
  const failures = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();
  const stateOf: SimulationDesk["stateOf"] = (data, id) => {
    if (underWay.has(id)) return { state: "under_way", error: null };
    if (keptSimulation(data, id) !== undefined) return { state: "finished", error: null };
    const error = failures.get(id);
    return error === undefined ? undefined : { state: "failed", error };
  };
  return {
    stateOf,
    async begin(asked) {
      const id = await identifySimulation(asked);
      const state = stateOf(asked.data, id)?.state;
      if (state === "under_way" || state === "finished") return { simulation_id: id, state };
      if (underWay.size >= most) throw new UserError("simulations_busy", `${most} simulations are under way; ask again later`);
      failures.delete(id);
      const fail = (error: unknown) => {
        failures.set(id, error instanceof UserError ? error.message : "something went wrong here");
      };
      last = last
        .then(() => simulateChange(asked))
        .then(() => undefined, fail)
        .finally(() => underWay.delete(id));
      underWay.set(id, last);
      return { simulation_id: id, state: "under_way" };
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}
