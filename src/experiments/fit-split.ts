import { takeRows } from "../training/measured-fit.ts";
import type { SplitAbout } from "./backtest-result.ts";
import type { BaselineName } from "./baselines.ts";
import { listsOf } from "./capacity.ts";
import { fitVariant, lackOf, predictionsOf, rankedBy, rowsOf, sayLack } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import type { KeptFit, SplitGround } from "./fit-cache.ts";
import { judge } from "./judge.ts";
import type { Variant } from "./model-grid.ts";
import type { Matrix } from "./read-matrix.ts";
import { type PlannedSplit, rowsOfSplit, type Split } from "./splits.ts";
import { strongestParts } from "./strongest.ts";

/** A split with its rows. */
export interface SplitRows extends Split {
  split: PlannedSplit;
  matrix: Matrix;
  experiment: Experiment;
  /** Test rows of the split that comes next. */
  next: Uint32Array;
}

/** The rows of a split, and on what it stands or why it cannot be tested. */
export function groundOf(experiment: Experiment, matrix: Matrix, split: PlannedSplit): { rows: SplitRows; ground: SplitGround } {
  const { train, test } = rowsOfSplit(matrix, split, experiment.households);
  const next = Uint32Array.from(matrix.moment.keys()).filter((row) => split.next.includes(matrix.moment[row]!));
  const rows = { split, matrix, experiment, train, test, next };
  const lacks = lackOf(matrix, { train, test });
  return { rows, ground: lacks === undefined ? { about: about(rows) } : { why: sayLack(lacks), lacks } };
}

function about({ split, matrix, experiment, train, test }: SplitRows): SplitAbout {
  const days = (moments: readonly number[]) => moments.map((moment) => matrix.moments[moment]!.asOf);
  const [tested, trained] = [days(split.test), days(split.train)];
  const events = test.reduce((sum, row) => sum + matrix.label[row]!, 0);
  return {
    split: split.name,
    tested_from: tested[0]!,
    tested_until: tested.at(-1)!,
    trained_from: trained[0]!,
    trained_until: trained.at(-1)!,
    trained_on: train.length,
    tested_on: test.length,
    events,
    base_rate: events / test.length,
    helped: experiment.helped === "censor" ? null : test.reduce((sum, row) => sum + matrix.isHelped[row]!, 0),
  };
}

/** Fits one model on a split's earlier rows, and says what it is worth on its later ones. */
export async function fitAndJudge(rows: SplitRows, variant: Variant, threads: number): Promise<KeptFit> {
  const beganAt = performance.now();
  const { split, matrix, experiment, train, test, next } = rows;
  const { model, dropped } = await fitVariant(matrix, train, experiment, variant, threads);
  const { score } = predictionsOf(model, matrix, test);
  return {
    result: {
      split: split.name,
      model: variant.name,
      ...judge(judgedOf(rows, score, true)),
      dropped,
      seconds: Math.round((performance.now() - beganAt) / 10) / 100,
    },
    score,
    nextScore: predictionsOf(model, matrix, next).score,
    ...(split.next.length === 0 ? { strongest: strongestParts(model, takeRows(rowsOf(matrix), train)) } : {}),
  };
}

/** The same of a simple ranking. */
export function rankAndJudge(rows: SplitRows, baseline: BaselineName): KeptFit {
  const { split, matrix, test, next } = rows;
  const { score } = rankedBy(matrix, baseline, test);
  return {
    result: { split: split.name, model: baseline, ...judge(judgedOf(rows, score, false)), dropped: [], seconds: 0 },
    score,
    nextScore: rankedBy(matrix, baseline, next).score,
  };
}

function judgedOf({ matrix, experiment, test }: SplitRows, score: Float64Array, isProbability: boolean) {
  return {
    predictions: { label: Uint8Array.from(test, (row) => matrix.label[row]!), score },
    isProbability,
    lists: listsOf(matrix, test, experiment.capacity),
    household: Array.from(test, (row) => matrix.household[row]!),
    isHelped: Uint8Array.from(test, (row) => matrix.isHelped[row]!),
    helped: experiment.helped,
    replicates: experiment.bootstrap,
  };
}
