import type { Register } from "./command.ts";
import { registerDisclosure } from "./model-disclosure.ts";
import { registerEvaluate } from "./model-evaluate.ts";
import { registerFit } from "./model-fit.ts";
import { registerMeasure } from "./model-measure.ts";
import { registerPredict } from "./model-predict.ts";
import { registerRegister } from "./model-register.ts";
import { registerScorecard } from "./model-scorecard.ts";
import { registerShadowDiff } from "./model-shadow-diff.ts";
import { registerStates } from "./model-states.ts";
import { registerStore } from "./model-store.ts";
import { registerTables } from "./model-tables.ts";
import { registerTrain } from "./model-train.ts";

export const register: Register = (program) => {
  const model = program.command("model").description("fit, measure, score with, and promote models");
  registerFit(model);
  registerTrain(model);
  registerPredict(model);
  registerEvaluate(model);
  registerRegister(model);
  registerMeasure(model);
  registerStore(model);
  registerStates(model);
  registerShadowDiff(model);
  registerTables(model);
  registerDisclosure(model);
  registerScorecard(model);
};
