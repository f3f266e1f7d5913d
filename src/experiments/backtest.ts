import { UserError } from "../domain/errors.ts";
import { atShare, auc, expectedCalibrationError } from "../training/metrics.ts";
import { ordered, type Predictions } from "../training/predictions.ts";
import type { BaselineName } from "./baselines.ts";
import { fitOn, predictionsOf, rankedBy, whyUntestable } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import type { Matrix } from "./read-matrix.ts";
import { yearSplit, yearsOf } from "./splits.ts";

/** What a ranking was worth on the households of a year. `ece` is null for a ranking that gives no probability. */
export interface SplitResult {
  year: number;
  model: "logistic" | BaselineName;
  n: number;
  auc: number | null;
  precision_at_5: number | null;
  ece: number | null;
}

/** On what a year's results stand. */
export interface YearTested {
  year: number;
  trained_on: number;
  tested_on: number;
  base_rate: number;
}

export interface Backtest {
  experiment: string;
  label: string;
  splits: SplitResult[];
  years: YearTested[];
  /** Years that could not be tested, and why. */
  skipped: { year: number; why: string }[];
}

/**
 * Each year in turn: learns from what was known when it began, ranks its households, and sets the baselines beside it.
 * A UserError when no year can be tested.
 */
export function backtest(experiment: Experiment, matrix: Matrix, onProgress: (text: string) => void = () => undefined): Backtest {
  const result: Backtest = { experiment: experiment.name, label: experiment.label, splits: [], years: [], skipped: [] };
  for (const year of yearsOf(matrix.moments)) {
    const { train, test } = yearSplit(matrix, year, experiment.households);
    const why = whyUntestable(matrix, { train, test });
    if (why !== undefined) {
      result.skipped.push({ year, why });
      continue;
    }
    onProgress(`fitting for ${year} on ${train.length} rows`);
    const predictions = predictionsOf(fitOn(matrix, train, experiment).model, matrix, test);
    const events = test.reduce((sum, row) => sum + matrix.label[row]!, 0);
    result.years.push({ year, trained_on: train.length, tested_on: test.length, base_rate: events / test.length });
    result.splits.push(
      { ...measured(year, "logistic", predictions), ece: expectedCalibrationError(predictions) },
      ...experiment.baselines.map((name) => measured(year, name, rankedBy(matrix, name, test))),
    );
  }
  if (result.years.length === 0)
    throw new UserError("nothing_to_test", `${experiment.file}: ${result.skipped.map(({ year, why }) => `${year}: ${why}`).join("; ")}`);
  return result;
}

function measured(year: number, model: SplitResult["model"], predictions: Predictions): SplitResult {
  const sorted = ordered(predictions);
  return { year, model, n: sorted.label.length, auc: auc(sorted), precision_at_5: atShare(sorted, 0.05).precision, ece: null };
}
