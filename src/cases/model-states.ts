import type { Rows } from "./store.ts";

/** What a model version is for: nothing yet, scored beside the champion each night, what lists are made with, or nothing any more. */
export const modelStates = ["candidate", "shadow", "champion", "retired"] as const;
export type ModelState = (typeof modelStates)[number];
export type StateAction = "promote" | "shadow" | "retire" | "rollback" | "off" | "on";

/** One change of a model's state. Model and states are null where lists were switched without a champion to switch. */
export interface ModelEvent {
  action: StateAction;
  model_id: string | null;
  from: ModelState | null;
  to: ModelState | null;
  who: string;
  why: string;
  /** ISO text. */
  at: string;
}

/** A model's state, and the event that it has it by. */
export interface ModelStanding {
  state: ModelState;
  since: string;
  who: string;
  why: string;
}

/** All changes of state, oldest first; none where there is no store. */
export async function modelEvents(store: Rows | undefined): Promise<ModelEvent[]> {
  if (store === undefined) return [];
  return store.rows<ModelEvent>(
    `select action, model_id, from_state as "from", to_state as "to", who, why, at from model_event order by number`,
  );
}

/** The standing of every model whose state was ever changed; any other is a candidate. */
export function standingsOf(events: readonly ModelEvent[]): Map<string, ModelStanding> {
  return new Map(
    events.flatMap(({ model_id, to, at, who, why }) =>
      model_id === null || to === null ? [] : [[model_id, { state: to, since: at, who, why }]],
    ),
  );
}

/** The champion's id; undefined when there is none. */
export function championOf(events: readonly ModelEvent[]): string | undefined {
  return idsIn(events, "champion")[0];
}

/** Ids of the shadows, in order of id. */
export function shadowsOf(events: readonly ModelEvent[]): string[] {
  return idsIn(events, "shadow").sort();
}

function idsIn(events: readonly ModelEvent[], state: ModelState): string[] {
  return [...standingsOf(events)].filter(([, standing]) => standing.state === state).map(([id]) => id);
}

/** Champions that one could roll back through, the newest last. A rollback takes the newest away, so that two in a row go two back. */
export function championLine(events: readonly ModelEvent[]): string[] {
  const line: string[] = [];
  for (const { action, model_id, to } of events) {
    if (to !== "champion" || model_id === null) continue;
    if (action === "rollback") line.pop();
    else if (line.at(-1) !== model_id) line.push(model_id);
  }
  return line;
}

/** The last decision with which model lists are made: undefined when nobody ever decided. */
export function lastDecision(events: readonly ModelEvent[]): ModelEvent | undefined {
  return events.findLast(({ action }) => action !== "shadow" && action !== "retire");
}

/** The decision by which lists go on without a model; undefined when they need not. */
export function switchedOff(events: readonly ModelEvent[]): ModelEvent | undefined {
  const last = lastDecision(events);
  return last?.action === "off" ? last : undefined;
}
