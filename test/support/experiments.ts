import type { Experiment } from "../../src/experiments/experiment.ts";
import { ModelGrid } from "../../src/experiments/model-grid.ts";

/** An experiment with a logistic regression, tested by reference years; its file does not exist. */
export const smallExperiment: Experiment = {
  file: "small.yaml",
  name: "small",
  question: "who falls",
  deployment: "deployment.yaml",
  sources: [],
  label: "line_entry_4q",
  outcome_lag_days: 0,
  helped: "keep",
  as_of: { every_months: 3, history_months: 3 },
  splits: "reference_year",
  training: {},
  households: "shared",
  held_out_months: 12,
  leave_out: { families: [], features: [] },
  area_rates: "off",
  directions: "declared",
  models: [ModelGrid.parse({ kind: "logistic", l2: 1 })],
  baselines: ["lowest_income_first"],
  capacity: { share: 0.05, at_least: 1, by: "country" },
  selection: { metric: "precision_at_capacity", by: "mean_regret", beats: [] },
  calibration: "platt",
  fairness: { groups: ["sex_of_head"] },
  seeds: [1],
  bootstrap: 20,
};
