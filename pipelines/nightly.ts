import { applyRules } from "../src/steps/apply-rules.ts";
import { buildFeatures } from "../src/steps/build-features.ts";
import { checkRegistry } from "../src/steps/check-registry.ts";
import { entitle } from "../src/steps/entitle.ts";
import { explain } from "../src/steps/explain.ts";
import { measureIndicators } from "../src/steps/measure-indicators.ts";
import { measureNeed } from "../src/steps/measure-need.ts";
import { monitor } from "../src/steps/monitor.ts";
import { prioritise } from "../src/steps/prioritise.ts";
import { publish } from "../src/steps/publish.ts";
import { scoreHouseholds } from "../src/steps/score-households.ts";
import type { Pipeline } from "../src/steps/step.ts";

/** Every night: from what the registers are known to hold to the list of whom to visit first. */
export const nightly: Pipeline = {
  name: "nightly",
  schedule: "0 2 * * *",
  stepTimeLimitSeconds: 2 * 60 * 60,
  steps: [
    checkRegistry,
    buildFeatures,
    measureNeed,
    entitle,
    scoreHouseholds,
    applyRules,
    prioritise,
    explain,
    measureIndicators,
    publish,
    monitor,
  ],
};
