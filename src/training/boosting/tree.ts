import { sigmoid } from "../sigmoid.ts";
import type { Direction } from "../training-rows.ts";

/**
 * A binary tree as parallel arrays, one entry per node; node 0 is the root and children stand after their parent.
 * A value <= threshold goes left, NaN (unknown) goes left where `isMissingLeft` is 1. A threshold of Infinity parts the known (left) from the unknown.
 */
export interface Tree {
  /** Index into `BoostedModel.features`; -1 in a leaf. */
  feature: Int32Array;
  threshold: Float64Array;
  isMissingLeft: Uint8Array;
  /** Child nodes; -1 in a leaf. */
  left: Int32Array;
  right: Int32Array;
  /** What a leaf adds to the log-odds, already shrunk by the learning rate; 0 in other nodes. */
  value: Float64Array;
  /** Training weight that reached the node (of the rows the tree was grown on). */
  weight: Float64Array;
  /** What the node's split was worth by the training loss's second-order estimate; 0 in a leaf. */
  gain: Float64Array;
}

/** A sum of trees on the scale of log-odds; NaN is unknown. */
export interface BoostedModel {
  /** In the order in which values are given: the features that vary, used by a tree or not. */
  features: string[];
  /** Which way each feature was allowed to move the log-odds. */
  directions: Direction[];
  /** Log-odds before any tree: those of the training rows. */
  base: number;
  trees: Tree[];
}

/** The leaf that a row ends in, values in the model's order. */
export function leafOf(tree: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (tree.feature[node]! >= 0) {
    const value = row[tree.feature[node]!]!;
    const isLeft = Number.isNaN(value) ? tree.isMissingLeft[node] === 1 : value <= tree.threshold[node]!;
    node = isLeft ? tree.left[node]! : tree.right[node]!;
  }
  return node;
}

/** The log-odds of one row, values in the model's order; trees are added in their order, so the bits are always the same. */
export function marginOf({ base, trees }: BoostedModel, row: ArrayLike<number>): number {
  return trees.reduce((sum, tree) => sum + tree.value[leafOf(tree, row)]!, base);
}

/** The log-odds of rows given by columns in the model's order: the same bits as `marginOf` row by row, tree by tree over all rows. */
export function marginsOf({ base, trees }: BoostedModel, columns: readonly Float64Array[], rows: number): Float64Array {
  const margins = new Float64Array(rows).fill(base);
  for (const { feature, threshold, isMissingLeft, left, right, value } of trees) {
    for (let row = 0; row < rows; row++) {
      let node = 0;
      for (let column = feature[0]!; column >= 0; column = feature[node]!) {
        const seen = columns[column]![row]!;
        // Unknown is above every threshold, and goes where the node sends it.
        node = seen <= threshold[node]! || (Number.isNaN(seen) && isMissingLeft[node] === 1) ? left[node]! : right[node]!;
      }
      margins[row]! += value[node]!;
    }
  }
  return margins;
}

/** The probability of one row. */
export function probabilityOf(model: BoostedModel, row: ArrayLike<number>): number {
  return sigmoid(marginOf(model, row));
}
