import type { DroppedFeature } from "../design-matrix.ts";
import type { Direction, TrainingRows } from "../training-rows.ts";
import type { BoostedModel } from "./tree.ts";

/** Settings of a fit; what is absent or undefined takes the default. Names and meanings are scikit-learn's HistGradientBoosting's unless said otherwise. */
export interface BoostOptions {
  /** Most trees. 100. */
  rounds?: number | undefined;
  /** What each tree's values are multiplied by. 0.1. */
  learningRate?: number | undefined;
  /** Most leaves of a tree, null for no limit. 31. */
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
  /** Threads, this one included; the trees are the same for any number. 1. */
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

/** Fits gradient-boosted trees for log loss. */
export async function fitBoosted(_rows: TrainingRows, _options: BoostOptions = {}): Promise<BoostFit> {
  throw new Error("not written yet");
}
