import { isIn, type LeafBox, leafBoxes } from "./leaf-boxes.ts";
import type { BoostedModel } from "./tree.ts";

/** Explains rows of a model: what each feature adds to `base`, in the model's order; the sum over features is the log-odds less the base. */
export interface TreeExplainer {
  /** Log-odds of the training rows on average, along the trees' paths. */
  base: number;
  explain(row: ArrayLike<number>): Float64Array;
}

/**
 * Exact path-dependent TreeSHAP (Lundberg et al. 2020): the Shapley values of the game in which a tree, asked about a feature that is not known,
 * goes both ways by training weight. A leaf's part of the game is a product over the features of its path, so its Shapley values are
 * sums over the sizes of coalitions, whose products are the coefficients of a polynomial. Nothing is divided, so nothing cancels.
 */
export function treeExplainer({ features, base, trees }: BoostedModel): TreeExplainer {
  const leaves = trees.flatMap(leafBoxes);
  const whole = ({ value, sides }: LeafBox) => [...sides.values()].reduce((product, { share }) => product * share, value);
  return {
    base: leaves.reduce((sum, leaf) => sum + whole(leaf), base),
    explain(row) {
      const parts = new Float64Array(features.length);
      for (const leaf of leaves) addLeaf(leaf, row, parts);
      return parts;
    },
  };
}

function addLeaf({ value, sides }: LeafBox, row: ArrayLike<number>, parts: Float64Array): void {
  const players = [...sides].map(([feature, side]) => ({ feature, share: side.share, takes: isIn(side, row[feature]!) ? 1 : 0 }));
  const weights = coalitionWeights(players.length);
  for (const player of players) {
    const products = [1];
    for (const other of players) if (other !== player) multiply(products, other);
    const worth = products.reduce((sum, product, size) => sum + weights[size]! * product, 0);
    parts[player.feature]! += value * (player.takes - player.share) * worth;
  }
}

/** Multiplies a polynomial by share + takes x: its coefficient k is the sum of the coalitions' products of size k. */
function multiply(coefficients: number[], { share, takes }: { share: number; takes: number }): void {
  coefficients.push(0);
  for (let power = coefficients.length - 1; power >= 0; power--)
    coefficients[power] = coefficients[power]! * share + (power > 0 ? coefficients[power - 1]! * takes : 0);
}

const known: number[][] = [];

/** Of a coalition of each size among the others of `players`: size! (players - size - 1)! / players!. */
function coalitionWeights(players: number): number[] {
  known[players] ??= Array.from({ length: players }, (_, size) => {
    let weight = 1 / players;
    for (let each = 1; each <= size; each++) weight *= each / (players - each);
    return weight;
  });
  return known[players];
}
