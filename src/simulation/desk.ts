import { UserError } from "../domain/errors.ts";
import { isKept } from "./kept.ts";
import type { AskedSimulation } from "./plan.ts";
import { enterBegin, failureOf, keepFailure, keepRequest, keptRequest, openRequests } from "./requests.ts";
import { identifySimulation, simulateChange } from "./simulate-change.ts";

export type SimulationState = "under_way" | "finished" | "failed";

/** Where and how a service simulates. */
export type SimulationPlace = Omit<AskedSimulation, "change" | "days" | "sample" | "snapshot" | "id">;

/** A load that writes the warehouse is not waited for longer, so that a request is answered in time. */
const waitSeconds = 10;

/** Where a service simulates: on one thread, so that it goes on answering. */
export function simulationPlace({ data, deployment }: Pick<AskedSimulation, "data" | "deployment">): SimulationPlace {
  return { data, deployment, place: "change", threads: 1, waitSeconds };
}

/** Simulations of a service: made one after the other in this process, while it goes on answering. What is asked for is on disk before it is answered. */
export interface SimulationDesk {
  /** Checks a change and begins its simulation, where it is neither kept nor under way. A UserError when too many wait. */
  begin(asked: Omit<AskedSimulation, "snapshot" | "id">): Promise<{ simulation_id: string; state: SimulationState }>;
  /** Goes on with the requests of a data directory that a service before this one did not end. */
  resume(place: SimulationPlace): void;
  /** Undefined when nobody asked for it, and it is not kept. `error`: why it failed. */
  stateOf(data: AskedSimulation["data"], id: string): { state: SimulationState; error: string | null } | undefined;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  /** Begins no further one, and resolves when the one that is worked on has ended; those that wait are gone on with by the next service. */
  close(): Promise<void>;
}

/** So many may be under way, all but one of them waiting. */
const most = 4;
/** A simulation that a service did not survive so often is not begun again: it may be what ends the service. */
const mostBegins = 3;

export function simulationDesk(): SimulationDesk {
  const underWay = new Map<string, Promise<void>>();
  let last: Promise<void> = Promise.resolve();
  let isClosing = false;
  const start = (id: string, asked: AskedSimulation) => {
    // A failure that cannot be kept, as on a full disk, leaves the request to the next service.
    const made = last.then(() => (isClosing ? undefined : work(id, asked))).catch(() => undefined);
    last = made.finally(() => underWay.delete(id));
    underWay.set(id, last);
  };
  const stateOf: SimulationDesk["stateOf"] = (data, id) => {
    if (isKept(data, id)) return { state: "finished", error: null };
    const error = failureOf(data, id);
    if (error !== undefined && !underWay.has(id)) return { state: "failed", error };
    return underWay.has(id) || keptRequest(data, id) !== undefined ? { state: "under_way", error: null } : undefined;
  };
  const settled = async () => {
    await Promise.all(underWay.values());
  };
  return {
    stateOf,
    settled,
    async begin(asked) {
      const { data, change, days, sample } = asked;
      const { id, snapshot } = await identifySimulation(asked);
      if (isKept(data, id)) return { simulation_id: id, state: "finished" };
      if (!underWay.has(id)) {
        if (underWay.size >= most) throw new UserError("simulations_busy", `${most} simulations are under way; ask again later`);
        keepRequest(data, id, { change, days, sample, snapshot });
        start(id, { ...asked, snapshot });
      }
      return { simulation_id: id, state: "under_way" };
    },
    resume(place) {
      for (const id of openRequests(place.data)) {
        const request = keptRequest(place.data, id);
        if (request !== undefined && !underWay.has(id)) start(id, { ...place, ...request });
      }
    },
    close() {
      isClosing = true;
      return settled();
    },
  };
}

/** Makes the simulation of a request, or keeps why there is none. */
async function work(id: string, asked: AskedSimulation): Promise<void> {
  const { data } = asked;
  try {
    if (enterBegin(data, id) > mostBegins)
      throw new UserError("simulation_cut_short", `the service stopped ${mostBegins} times while it was made; ask for it again`);
    await simulateChange({ ...asked, id });
  } catch (error) {
    keepFailure(data, id, error instanceof UserError ? error.message : "something went wrong here");
  }
}
