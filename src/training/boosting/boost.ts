import { setImmediate } from "node:timers/promises";
import type { DroppedFeature } from "../design-matrix.ts";
import { type Direction, requireTrainable, type TrainingRows } from "../training-rows.ts";
import { CrewFailed } from "./crew.ts";
import { treeOf } from "./finish-tree.ts";
import { viewsOf } from "./memory.ts";
import { prepare } from "./prepare.ts";
import { playRound } from "./round.ts";
import { settingsOf } from "./settings.ts";
import { startThreads } from "./start-threads.ts";
import { type Watch, watchLoss } from "./stop-early.ts";
import { fillRows, type Internals, takeRows, taskOf } from "./task.ts";
import type { BoostedModel } from "./tree.ts";
import { startWork, type Work } from "./work.ts";

/** Settings of a fit; what is absent or undefined takes the default. Names and meanings are scikit-learn's HistGradientBoosting's unless said otherwise. */
export interface BoostOptions {
  /** Most trees. 100. */
  rounds?: number | undefined;
  /** What each tree's values are multiplied by. 0.1. */
  learningRate?: number | undefined;
  /** Most leaves of a tree, up to 65,536, which is as good as no limit: null. 31. */
  leaves?: number | null | undefined;
  /** Most splits from root to leaf, null for no limit. 2: the model is then a sum of one- and two-feature tables. */
  depth?: number | null | undefined;
  /** Added to a leaf's Hessian. 0. */
  l2?: number | undefined;
  /** Fewest rows in a leaf; see `weights`. 20. */
  minSamplesLeaf?: number | undefined;
  /** Smallest sum of Hessians in a leaf. 0.001. */
  minHessianLeaf?: number | undefined;
  /** Most bins of a feature's known values, up to 255. 255. */
  bins?: number | undefined;
  /** What a weight of k is. `copies` (default): k copies of the row, in bins and counts too. `survey`: it weighs the loss only, rows are counted (as scikit-learn does). */
  weights?: "copies" | "survey" | undefined;
  /** Which way a rise of the feature may move the score, by its name; free where absent. */
  directions?: Readonly<Record<string, Direction>> | undefined;
  /** Groups of features that may stand on one path; a feature in no group stands alone. All may when absent. */
  interactions?: readonly (readonly string[])[] | undefined;
  /** Share of the rows each tree is grown on. 1. */
  rowShare?: number | undefined;
  /** Share of the features each tree may use. 1. */
  columnShare?: number | undefined;
  /** Of the draws of rows and columns. 1. */
  seed?: number | undefined;
  /** Most threads, this one included; small fits take one. The trees are the same for any number. 1. */
  threads?: number | undefined;
  stopEarly?: StopEarly | undefined;
  onProgress?: ((progress: BoostProgress) => void) | undefined;
}

/** Stops when the loss on rows of a later time has not fallen for `patience` rounds by more than `tolerance`; the trees up to the best round are kept. */
export interface StopEarly {
  rows: TrainingRows;
  /** 10. */
  patience?: number | undefined;
  /** 1e-7. */
  tolerance?: number | undefined;
}

export interface BoostProgress {
  round: number;
  rounds: number;
  /** On the rows of `stopEarly`. */
  loss: number | null;
}

export interface BoostFit {
  model: BoostedModel;
  /** Features that can teach nothing, to be warned of. */
  dropped: DroppedFeature[];
  /** Trees kept. */
  rounds: number;
  /** Mean log loss on the rows of `stopEarly` before the first round and after each one that was grown. */
  losses?: number[];
}

const usual: Internals = { kernel: "compiled", histogramBytes: 2 ** 29, workForThreads: 3e8 };

/**
 * Fits gradient-boosted trees for log loss by histograms, with scikit-learn's definitions. A feature with direction + (or -) never lowers (raises) the score as it rises.
 * The same rows, options and seed give the same bits, whatever the order of the rows (unless trees are grown on a share of them) and the number of threads.
 * Rows of weight 0 and features that cannot teach anything are left out. Throws a UserError on rows or options that allow no fit.
 */
export async function fitBoosted(rows: TrainingRows, options: BoostOptions = {}, internals: Partial<Internals> = {}): Promise<BoostFit> {
  requireTrainable(rows);
  const prepared = prepare(rows);
  const features = prepared.features.map((feature) => rows.names[feature]!);
  const settings = settingsOf(options, rows.names, features);
  const task = taskOf(rows, prepared, settings, { ...usual, ...internals });
  const base = fillRows(viewsOf(task.memory, task.shape), rows, prepared, task.units);
  const watch = options.stopEarly === undefined ? null : watchLoss(options.stopEarly, features, base);
  const model: BoostedModel = { features, directions: settings.directions, base, trees: [] };
  const threads = startThreads(task);
  try {
    const work = startWork(task, 0, (feature, values) => takeRows(rows.columns[prepared.features[feature]!]!, prepared.rows, values));
    await playRounds(work, model, watch, options.onProgress);
  } catch (problem) {
    if (!(problem instanceof CrewFailed)) throw problem;
  } finally {
    await threads.end();
  }
  if (watch !== null) model.trees.length = watch.treesAtBest();
  return { model, dropped: prepared.dropped, rounds: model.trees.length, ...(watch === null ? {} : { losses: watch.losses }) };
}

async function playRounds(work: Work, model: BoostedModel, watch: Watch | null, onProgress: BoostOptions["onProgress"]): Promise<void> {
  const { rounds, rowShare, columnShare } = work.settings;
  for (let round = 0; round < rounds; round++) {
    const root = playRound(work, round);
    const tree = root.children === null ? null : treeOf(work, root);
    if (tree !== null) model.trees.push(tree);
    watch?.add(tree);
    onProgress?.({ round: round + 1, rounds, loss: watch?.losses.at(-1) ?? null });
    const isExhausted = tree === null && rowShare === 1 && columnShare === 1;
    if (isExhausted || watch?.isOver() === true) return;
    await setImmediate();
  }
}
