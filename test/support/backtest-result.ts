import type { BacktestResult, SplitMetrics, SplitResult } from "../../src/experiments/backtest-result.ts";
import { measureFairness } from "../../src/training/fairness.ts";
import { judgeFairness } from "../../src/training/fairness-limits.ts";

const boosted = {
  ...{ kind: "boosted" as const, rounds: 60, learning_rate: 0.1, depth: 2, leaves: 31, l2: 1, min_samples_leaf: 50 },
  ...{ min_hessian_leaf: 0.001, bins: 255, row_share: 1, column_share: 1, seed: 1 },
};

function metricsOf(precision: number, isProbability: boolean): SplitMetrics {
  const known = (value: number) => (isProbability ? value : null);
  return {
    ...{ auc: 0.5 + precision / 2, average_precision: precision / 2, brier: known(0.06), log_loss: known(0.2), ece: known(0.0123) },
    ...{ precision_at_5: precision, recall_at_5: 0.3, lift_at_5: 5, precision_at_10: precision, recall_at_10: 0.5, lift_at_10: 4 },
    ...{ calibration_slope: known(1.02), calibration_intercept: known(0.01) },
    ...{ precision_at_capacity: precision, precision_at_capacity_best: precision, precision_at_capacity_worst: precision },
    ...{ recall_at_capacity: 0.345, lift_at_capacity: 5, exclusion_error: 0.655, inclusion_error: 1 - precision },
  };
}

const shares = [0.01, 0.05, 0.1, 0.5, 1];
const isRanking = (model: string) => ["rules", "lowest_income_first"].includes(model);

function resultOf(split: string, model: string, precision: number): SplitResult {
  return {
    ...{ split, model, n: 1000, metrics: metricsOf(precision, !isRanking(model)), dropped: [], seconds: 1 },
    intervals: { auc: [0.6, 0.9], precision_at_capacity: [precision - 0.05, precision + 0.05] },
    curve: shares.map((share) => ({ share, precision: precision * (1 - share / 2), recall: Math.sqrt(share) })),
    reliability: isRanking(model)
      ? []
      : [
          { n: 500, mean_probability: 0.021, observed: 0.018 },
          { n: 500, mean_probability: 0.337, observed: 0.351 },
        ],
    without_helped: { ...metricsOf(precision - 0.011, !isRanking(model)) },
  };
}

/** 400 families; of the women's 100 that fell 20 are on the list, of the men's 100 are 60. */
function fairness(): NonNullable<BacktestResult["fairness"]> {
  const rows = Array.from({ length: 400 }, (_, row) => ({ isWoman: row < 200, fell: row % 200 < 100, place: row % 200 }));
  const listed = rows.map(({ isWoman, fell, place }) => (fell && place < (isWoman ? 20 : 60) ? 1 : 0));
  const measured = measureFairness({
    label: Uint8Array.from(rows, ({ fell }) => (fell ? 1 : 0)),
    score: new Float64Array(400).fill(0.5),
    listed,
    columns: {
      sex_of_head: rows.map(({ isWoman }) => (isWoman ? "female" : "male")),
      region_code: rows.map((_, row) => (row % 2 === 0 ? "710000000" : "750000000")),
    },
  });
  const last = { splits: ["2026-01-01"], measured, judged: judgeFairness(measured, { recall_gap: 0.1 }) };
  return {
    ...{ model: "glass-box", groups: ["sex_of_head", "region_code"], recall_gap_at_most: 0.1, weighted: false, last },
    pooled: { ...last, splits: ["2025-10-01", "2026-01-01"] },
    reliability: {
      "710000000": [
        { n: 100, predicted: 0.021, observed: 0.018, interval: [0.005, 0.06] },
        { n: 100, predicted: 0.337, observed: 0.351, interval: [0.26, 0.45] },
      ],
      "750000000": [{ n: 200, predicted: 0.18, observed: 0.19, interval: [0.14, 0.25] }],
    },
    regions: {
      "710000000": { kk: "Астана қаласы", ru: "город Астана", en: "Astana" },
      "750000000": { kk: "Алматы қаласы", ru: "город Алматы", en: "Almaty" },
    },
  };
}

/** A result of two windows, two candidates, an ablation and two rankings, made up by hand. */
export function madeResult(): BacktestResult {
  const splits = ["2025-10-01", "2026-01-01"];
  const precisions = { "glass-box": [0.502, 0.482], "deep trees": [0.461, 0.499], "glass-box + area rates": [0.505, 0.484] };
  const rankings = { rules: [0.136, 0.126], lowest_income_first: [0.326, 0.316] };
  const model = { kind: "boosted" as const, settings: boosted, role: "candidate" as const, ablation_of: null };
  return {
    ...{
      experiment: "hardship",
      question: { kk: "кім құлдырайды?", ru: "кто обеднеет?", en: "who falls?" },
      label: "hardship_entry_6m",
      horizon_months: 6,
      synthetic: true,
    },
    ...{ snapshot: { load_id: 20, loads_sha256: "0123456789abcdef" }, households: "shared", helped: "flag" },
    capacity: { share: 0.05, at_least: 1, by: "district" },
    splits: splits.map((split) => ({
      ...{ split, tested_from: split, tested_until: split, trained_from: "2024-01-01", trained_until: "2025-07-01" },
      ...{ trained_on: 5000, tested_on: 1000, events: 74, base_rate: 0.074, helped: 17 },
    })),
    skipped: [
      {
        ...{ split: "2025-07-01", why: "12 rows to learn from, 3 with the event; at least 20 of each kind are needed" },
        lacks: { for: "learning", rows: 12, events: 3, at_least: 20 },
      },
    ],
    models: [
      { ...model, name: "glass-box" },
      { ...model, name: "deep trees" },
      { ...model, name: "glass-box + area rates", role: "ablation", ablation_of: "glass-box" },
      ...(["rules", "lowest_income_first"] as const).map((name) => ({
        ...model,
        name,
        kind: "ranking" as const,
        settings: null,
        role: "baseline" as const,
      })),
    ],
    results: splits.flatMap((split, place) =>
      Object.entries({ ...precisions, ...rankings }).map(([name, values]) => resultOf(split, name, values[place]!)),
    ),
    selection: {
      ...{ metric: "precision_at_capacity", by: "mean_regret", chosen: "glass-box" },
      ranking: [
        { model: "glass-box", mean_regret: 0.0085, worst_regret: 0.017, mean_metric: 0.492, wins: 1, unmet: [] },
        {
          ...{ model: "deep trees", mean_regret: 0.0205, worst_regret: 0.041, mean_metric: 0.48, wins: 1 },
          unmet: [{ code: "calibration", ece: 0.0312, most: 0.02 }],
        },
      ],
    },
    stability: [
      {
        model: "glass-box",
        between_splits: [{ from: splits[0]!, to: splits[1]!, jaccard: 0.25 }],
        between_refits: [{ split: splits[1]!, jaccard: 0.6 }],
      },
    ],
    calibration: [
      { model: "glass-box", split: splits[0]!, learned_from: 0, slope_before: null, method: null, ece_before: 0.0123, ece_after: null },
      {
        model: "glass-box",
        split: splits[1]!,
        learned_from: 1000,
        slope_before: 0.81,
        method: "platt",
        ece_before: 0.0234,
        ece_after: 0.0117,
      },
    ],
    ablations: [
      { model: "glass-box", ablation: "glass-box + area rates", auc: 0.002, precision_at_capacity: 0.0025, splits_better: 2, splits: 2 },
    ],
    gains: [
      {
        ...{ baseline: "rules", model_precision: 0.492, baseline_precision: 0.131, difference: 0.361 },
        ...{ interval: [0.33, 0.391], splits_better: 2, splits: 2 },
      },
      {
        ...{ baseline: "lowest_income_first", model_precision: 0.492, baseline_precision: 0.321, difference: 0.171 },
        ...{ interval: [-0.012, 0.2], splits_better: 2, splits: 2 },
      },
    ],
    fairness: fairness(),
    fitted: {
      ...{ model: "glass-box", split: splits[1]!, currency: "KZT", more: 3 },
      parts: [
        {
          ...{ feature: "children", strength: 0.4, coefficient: null, raised: null, unit: "persons", type: "number" },
          table: { thresholds: [[0.5, 2.5]], values: [Math.log(0.5), 0, Math.log(2)], weights: [10, 20, 30, 0] },
          sentences: { kk: "{value} бала", ru: "детей: {value}", en: "{value} children" },
        },
      ],
      pairs: [
        {
          ...{ features: ["children", "overdue_days_max"], units: ["persons", "days"], strength: 0.2 },
          table: {
            thresholds: [[2.5], [30.5]],
            // Children up to 2, above, unknown; by debts of up to 30 days, older, unknown.
            values: [0.01, -0.02, 0, -0.05, Math.log(1.5), 0.3, 0, 0, 0],
            weights: [500, 200, 50, 100, 150, 0, 0, 0, 0],
          },
        },
      ],
      more_pairs: 4,
    },
  };
}
