import type { Register } from "./command.ts";
import { registerEvaluate } from "./model-evaluate.ts";
import { registerFit } from "./model-fit.ts";
import { registerMeasure } from "./model-measure.ts";
import { registerMonitor } from "./model-monitor.ts";
import { registerPredict } from "./model-predict.ts";
import { registerRegister } from "./model-register.ts";
import { registerScorecard } from "./model-scorecard.ts";
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
  registerMonitor(model);
  registerStore(model);
  registerTables(model);
  registerScorecard(model);
};
