import type { ModelStatement } from "../../src/scoring/pack-model.ts";
import type { LogisticModel } from "../../src/training/logistic-model.ts";

/** A model of two features: more children raise the risk, income (bent, sometimes unknown) lowers it. */
export const smallModel: LogisticModel = {
  base: -2,
  terms: [
    { name: "children", transform: "none", mean: 2, deviation: 1, coefficient: 0.5, missing: null },
    {
      name: "income_lcu",
      transform: "signed_log",
      mean: 11,
      deviation: 2,
      coefficient: -1,
      missing: { rate: 0.2, deviation: 0.4, coefficient: 0.3 },
    },
  ],
};

/** What its manifest says. */
export const smallStatement: ModelStatement = {
  name: "small",
  label: "hardship_entry_6m",
  horizon_months: 6,
  synthetic: true,
  l2: 1,
  training: { rows: 100, positives: 9, base_rate: 0.09, from: "2025-01-01", until: "2025-06-01", data: { load_id: 3, loads_sha256: "ab" } },
  quality: {
    kept_aside: "later",
    from: "2025-07-01",
    until: "2025-09-01",
    refitted: true,
    n: 50,
    positives: 4,
    base_rate: 0.08,
    metrics: { auc: 0.75, brier: null, precision_at_5: 0.4, ece: 0.01 },
    intervals: { auc: [0.7, 0.8], brier: null, precision_at_5: null },
    baselines: { "lowest income first": { auc: 0.7 }, rules: { precision_at_5: 0.3 }, need: { precision_at_5: 0.4 } },
  },
  code_version: "0.1.0",
  directions: { children: "+", income_lcu: "-" },
};
