import { UserError } from "../domain/errors.ts";
import { readModel } from "../scoring/model-store.ts";
import type { PromotionConditions } from "../scoring/promotion-conditions.ts";
import { requirePromotable } from "../scoring/promotion-gate.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { championLine, championOf, type ModelEvent, type ModelState, modelEvents, standingsOf, switchedOff } from "./model-states.ts";
import type { Rows, Store } from "./store.ts";

/** Who decides, why and when (ISO text). */
export interface Decision {
  who: string;
  why: string;
  at: string;
}

/** What is to be done, with the id of the model where it is one model's. */
export type Change = { action: "promote" | "shadow" | "retire"; id: string } | { action: "rollback" | "off" | "on" };

type Step = Pick<ModelEvent, "model_id" | "from" | "to">;

/**
 * Changes a model's state, or makes no change at all: a UserError says why not, and what to type instead. A model that lists are to be made with
 * must be in the data directory and agree with its hash and manifest; one that is promoted must also meet all conditions. Returns the events added.
 */
export async function changeModelState(
  store: Store,
  data: DataDirectory,
  change: Change,
  decision: Decision,
  conditions: PromotionConditions,
): Promise<ModelEvent[]> {
  if (decision.why.trim() === "" || decision.who.trim() === "")
    throw new UserError("bad_option", "who decides and why must be said: --why TEXT, --who NAME", { exitCode: 2 });
  return store.transaction(async (transaction) => {
    // Two that decide at once do so one after the other, each on what the other left.
    await transaction.rows("select pg_advisory_xact_lock(hashtext('aldyn model states'))");
    const events = await modelEvents(transaction);
    const steps = stepsOf(change, events, data);
    for (const { model_id, to } of steps) if (model_id !== null && (to === "champion" || to === "shadow")) readModel(data, model_id);
    if (change.action === "promote") requirePromotable(readModel(data, change.id).manifest, conditions);
    return insert(
      transaction,
      steps.map((step) => ({ action: change.action, ...step, ...decision })),
    );
  });
}

async function insert(transaction: Rows, events: readonly ModelEvent[]): Promise<ModelEvent[]> {
  for (const { action, model_id, from, to, who, why, at } of events)
    await transaction.rows(
      "insert into model_event (action, model_id, from_state, to_state, who, why, at) values ($1, $2, $3, $4, $5, $6, $7)",
      [action, model_id, from, to, who, why, at],
    );
  return [...events];
}

function stepsOf(change: Change, events: readonly ModelEvent[], data: DataDirectory): Step[] {
  switch (change.action) {
    case "promote":
      return toChampion(promotable(readModel(data, change.id).manifest.id, events), events);
    case "shadow":
      return [shadowed(readModel(data, change.id).manifest.id, events)];
    case "retire":
      return [retired(readModel(data, change.id).manifest.id, events)];
    case "rollback":
      return toChampion(championBefore(events), events);
    case "off":
      return off(events);
    case "on":
      return on(events);
  }
}

const short = (id: string) => id.slice(0, 12);
const stateIn = (events: readonly ModelEvent[], id: string): ModelState => standingsOf(events).get(id)?.state ?? "candidate";

/** One champion at a time: the one before is a candidate again. */
function toChampion(id: string, events: readonly ModelEvent[]): Step[] {
  const before = championOf(events);
  return [
    ...(before === undefined ? [] : [{ model_id: before, from: "champion" as const, to: "candidate" as const }]),
    { model_id: id, from: stateIn(events, id), to: "champion" },
  ];
}

function promotable(id: string, events: readonly ModelEvent[]): string {
  const standing = standingsOf(events).get(id);
  if (standing?.state === "champion")
    throw new UserError("is_champion", `${short(id)} is champion already, since ${standing.since} (${standing.why})`);
  if (standing?.state === "retired")
    throw new UserError(
      "is_retired",
      `${short(id)} was retired on ${standing.since} (${standing.why}); have it scored beside the champion again first: npx aldyn model shadow ${short(id)} --why "..."`,
    );
  return id;
}

function shadowed(id: string, events: readonly ModelEvent[]): Step {
  const from = stateIn(events, id);
  if (from === "champion")
    throw new UserError("is_champion", `${short(id)} is champion: it is scored each night anyway, and lists are made with it`);
  if (from === "shadow") throw new UserError("is_shadow", `${short(id)} is a shadow already, since ${standingsOf(events).get(id)?.since}`);
  return { model_id: id, from, to: "shadow" };
}

function retired(id: string, events: readonly ModelEvent[]): Step {
  const from = stateIn(events, id);
  if (from === "champion")
    throw new UserError(
      "is_champion",
      `${short(id)} is champion, and lists are made with it; first promote another, or go back (npx aldyn model rollback --why "..."), or go on without one (npx aldyn model off --why "...")`,
    );
  if (from === "retired") throw new UserError("is_retired", `${short(id)} was retired already, on ${standingsOf(events).get(id)?.since}`);
  return { model_id: id, from, to: "retired" };
}

function championBefore(events: readonly ModelEvent[]): string {
  const before = championLine(events).at(-2);
  const instead = 'promote one (npx aldyn model promote ID), or go on with rules and need: npx aldyn model off --why "..."';
  if (before === undefined) throw new UserError("no_champion_before", `there is no champion before this one to go back to; ${instead}`);
  const standing = standingsOf(events).get(before);
  if (standing?.state === "retired")
    throw new UserError(
      "is_retired",
      `the champion before this one, ${short(before)}, was retired on ${standing.since} (${standing.why}); ${instead}`,
    );
  return before;
}

function off(events: readonly ModelEvent[]): Step[] {
  const already = switchedOff(events);
  if (already !== undefined)
    throw new UserError("is_off", `the model is off already, since ${already.at} (${already.why}); lists go on with rules and need`);
  const id = championOf(events);
  return [id === undefined ? { model_id: null, from: null, to: null } : { model_id: id, from: "champion", to: "candidate" }];
}

function on(events: readonly ModelEvent[]): Step[] {
  if (switchedOff(events) === undefined) throw new UserError("is_on", "the model is not off; see who is champion: npx aldyn model list");
  const last = championLine(events).at(-1);
  if (last === undefined) return [{ model_id: null, from: null, to: null }];
  const from = stateIn(events, last);
  if (from === "retired")
    throw new UserError("is_retired", `the last champion, ${short(last)}, was retired since; promote another: npx aldyn model promote ID`);
  return [{ model_id: last, from, to: "champion" }];
}
