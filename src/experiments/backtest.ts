import { UserError } from "../domain/errors.ts";
import { atShare, auc, expectedCalibrationError } from "../training/metrics.ts";
import { ordered, type Predictions } from "../training/predictions.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { BaselineName } from "./baselines.ts";
import { fitOn, predictionsOf, taken } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { buildMatrix } from "./matrix.ts";
import type { Matrix } from "./read-matrix.ts";
import { type Split, yearSplit, yearsOf } from "./splits.ts";

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

/** Rows of each kind that learning and judging need. */
const leastOfEachKind = 20;

/** Each year in turn: learns from what was known when it began, ranks its households, and sets the baselines beside it. */
export async function backtest(experiment: Experiment, data: DataDirectory, around: Surroundings): Promise<Backtest> {
  return backtestMatrix(experiment, await buildMatrix(experiment, data, around), around);
}

/** The same on a matrix that stands. A UserError when no year can be tested. */
export async function backtestMatrix(experiment: Experiment, matrix: Matrix, around: Pick<Surroundings, "onProgress">): Promise<Backtest> {
  const result: Backtest = { experiment: experiment.name, label: experiment.label, splits: [], years: [], skipped: [] };
  for (const year of yearsOf(matrix.moments)) {
    const split = yearSplit(matrix, year, experiment.households);
    const why = whyUntestable(matrix, split);
    if (why !== undefined) {
      result.skipped.push({ year, why });
      continue;
    }
    around.onProgress?.(`fitting for ${year} on ${split.train.length} rows`);
    const { model } = fitOn(matrix, split.train, experiment);
    const predictions = await predictionsOf(model, matrix, split.test, experiment);
    result.years.push(tested(year, split, predictions));
    result.splits.push(
      { ...measured(year, "logistic", predictions), ece: expectedCalibrationError(predictions) },
      ...experiment.baselines.map((name) => measured(year, name, rankedBy(matrix, name, split.test))),
    );
  }
  if (result.years.length === 0)
    throw new UserError("nothing_to_test", `${experiment.file}: ${result.skipped.map(({ year, why }) => `${year}: ${why}`).join("; ")}`);
  return result;
}

/** A baseline's ranking of some rows beside what came. */
export function rankedBy(matrix: Matrix, baseline: BaselineName, rows: Uint32Array): Predictions {
  return { label: Uint8Array.from(rows, (row) => matrix.label[row]!), score: taken(matrix.rankings.get(baseline)!, rows) };
}

function measured(year: number, model: SplitResult["model"], predictions: Predictions): SplitResult {
  const sorted = ordered(predictions);
  return { year, model, n: sorted.label.length, auc: auc(sorted), precision_at_5: atShare(sorted, 0.05).precision, ece: null };
}

function tested(year: number, { train, test }: Split, { label }: Predictions): YearTested {
  return { year, trained_on: train.length, tested_on: test.length, base_rate: positives(label) / label.length };
}

/** Why a split can say nothing: too few rows with or without the event. */
export function whyUntestable({ label }: Matrix, split: Split): string | undefined {
  for (const [name, rows] of [["to learn from", split.train] as const, ["to be judged by", split.test] as const]) {
    const events = positives(Uint8Array.from(rows, (row) => label[row]!));
    if (Math.min(events, rows.length - events) < leastOfEachKind)
      return `${rows.length} rows ${name}, ${events} with the event; at least ${leastOfEachKind} of each kind are needed`;
  }
  return undefined;
}

function positives(label: Uint8Array): number {
  return label.reduce((sum, event) => sum + event, 0);
}
