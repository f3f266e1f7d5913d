import { type Change, changeModelState, type Decision } from "../cases/change-model-state.ts";
import { championOf, type ModelEvent, modelEvents } from "../cases/model-states.ts";
import { dateAt } from "../domain/dates.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { type PromotionConditions, promotionConditions } from "../scoring/promotion-conditions.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { audited, withStore } from "./store.ts";

/** Where a decision on a model is made, and by which command. */
export interface DecisionPlace {
  data: DataDirectory;
  deploymentFile: string;
  doing: string;
}

/** What a model must meet to become champion today. */
export function conditionsNow(deploymentFile: string): PromotionConditions {
  const deployment = readDeployment(deploymentFile);
  return promotionConditions(deployment, dateAt(new Date(), deployment.time_zone));
}

/** Changes a model's state and records in the audit that it was done or refused; returns the events added. */
export function decide({ data, deploymentFile, doing }: DecisionPlace, change: Change, decision: Decision): Promise<ModelEvent[]> {
  return withStore(data, doing, (store) =>
    audited(
      store,
      doing,
      () => changeModelState(store, data, change, decision, conditionsNow(deploymentFile)),
      (events) => events.map(({ model_id }) => model_id ?? "none"),
    ),
  );
}

/** Makes a model champion, unless it is. */
export async function decideOnce(place: DecisionPlace, id: string, decision: Decision): Promise<void> {
  const current = await withStore(place.data, place.doing, async (store) => championOf(await modelEvents(store)));
  if (current !== id) await decide(place, { action: "promote", id }, decision);
}
