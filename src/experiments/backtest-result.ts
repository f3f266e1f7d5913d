import type { Metrics } from "../training/quality.ts";
import type { AboutShown } from "./about-shown.ts";
import type { BaselineName } from "./baselines.ts";
import type { CapacityMetrics } from "./capacity.ts";
import type { Untestable } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import type { Variant } from "./model-grid.ts";

/** What a temporal backtest found: everything that its report says, as plain JSON. A share is in [0, 1]; an interval is of 95 %. */
export interface BacktestResult extends AboutShown {
  experiment: string;
  /** In one language, or in each. */
  question: Experiment["question"];
  label: string;
  horizon_months: number;
  /** Whether all data are made up. */
  synthetic: boolean;
  snapshot: { load_id: number; loads_sha256: string };
  households: Experiment["households"];
  helped: Experiment["helped"];
  capacity: Experiment["capacity"];
  splits: SplitAbout[];
  /** Windows that could not be tested, and why: in English, and as figures. */
  skipped: { split: string; why: string; lacks?: Untestable }[];
  models: ModelAbout[];
  /** One entry for each split and model, splits in order. */
  results: SplitResult[];
  selection: Selection;
  stability: Stability[];
  calibration: Recalibration[];
  /** What rates of the place add: each ablation beside its model. Empty without an ablation. */
  ablations: Ablation[];
}

/** On what a split stands. */
export interface SplitAbout {
  split: string;
  /** First and last day looked from. */
  tested_from: string;
  tested_until: string;
  trained_from: string;
  trained_until: string;
  trained_on: number;
  tested_on: number;
  events: number;
  base_rate: number;
  /** Households tested that got help within the horizon; null when they were left out. */
  helped: number | null;
}

export interface ModelAbout {
  name: string;
  kind: Variant["settings"]["kind"] | "ranking";
  /** Null for a ranking. */
  settings: Variant["settings"] | null;
  role: "candidate" | "baseline" | "ablation";
  ablation_of: string | null;
}

/** A ranking has no probability: then those metrics are null. */
export interface SplitMetrics extends CapacityMetrics, Metrics {}

export interface SplitResult {
  split: string;
  model: string | BaselineName;
  n: number;
  metrics: SplitMetrics;
  intervals: Partial<Record<keyof SplitMetrics, readonly [number, number] | null>>;
  /** Precision and recall by share of the whole list, ties at their expected value. */
  curve: { share: number; precision: number; recall: number | null }[];
  /** Ten bins of equal count by rising probability; empty for a ranking. */
  reliability: ReliabilityBin[];
  /** The same metrics without the households that were helped; null unless the experiment flags them. */
  without_helped: SplitMetrics | null;
  /** Features that taught the fit nothing; empty for a ranking. */
  dropped: { name: string; why: string }[];
  seconds: number;
}

export interface ReliabilityBin {
  n: number;
  mean_probability: number;
  observed: number;
}

export interface Selection {
  metric: Experiment["selection"]["metric"];
  by: Experiment["selection"]["by"];
  /** The model chosen; null when none keeps the constraints. */
  chosen: string | null;
  /** Best first. */
  ranking: SelectionRow[];
}

export interface SelectionRow {
  model: string;
  /** How far behind the best model of each split it was, over the splits. */
  mean_regret: number;
  worst_regret: number;
  mean_metric: number;
  /** Splits in which it was the best. */
  wins: number;
  /** Constraints that it does not keep; empty when it may be chosen. */
  unmet: Unmet[];
}

/** `calibration`: its calibration error over all splits is above `most`. `behind`: it lost to a ranking in these splits. */
export type Unmet = { code: "calibration"; ece: number; most: number } | { code: "behind"; baseline: BaselineName; splits: string[] };

/** How alike lists are: Jaccard index, 1 = the same households. */
export interface Stability {
  model: string;
  /** From one split to the next, each with its own fit, among households of both. */
  between_splits: { from: string; to: string; jaccard: number }[];
  /** The list of a split by its own fit and by that of the split before. */
  between_refits: { split: string; jaccard: number }[];
}

/** What a map fitted on earlier splits, whose labels were known by then, makes of a split's probabilities. */
export interface Recalibration {
  model: string;
  split: string;
  /** Rows of earlier splits that the map could learn from. */
  learned_from: number;
  slope_before: number | null;
  method: "platt" | "isotonic" | null;
  ece_before: number;
  ece_after: number | null;
}

export interface Ablation {
  model: string;
  ablation: string;
  /** Ablation less model, mean over the splits. */
  auc: number;
  precision_at_capacity: number;
  /** Splits in which the ablation had the higher precision, of all. */
  splits_better: number;
  splits: number;
}
