import { readModel } from "../scoring/model-store.ts";
import { scoreWithModel } from "./score-model.ts";
import { scoreShadows } from "./score-shadows.ts";
import type { Step } from "./step.ts";

/** Gives each household of the features the log-odds and probability of the run's model, and beside them those of its shadows; a run without a model has no scores. */
export const scoreHouseholds: Step = {
  name: "score",
  async run(context) {
    const { model, shadows } = context.manifest;
    const scored = model === null ? 0 : await scoreWithModel(context, readModel(context.data, model.id));
    return { scored, ...(shadows === undefined ? {} : await scoreShadows(context, shadows)) };
  },
};
