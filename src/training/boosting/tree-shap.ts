import { isIn, type LeafBox, leafBoxes, type Side } from "./leaf-boxes.ts";
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
  const boxes = trees.flatMap(leafBoxes);
  const whole = ({ value, sides }: LeafBox) => [...sides.values()].reduce((product, { share }) => product * share, value);
  const leaves = boxes.map(({ value, sides }) => ({
    value,
    features: [...sides.keys()],
    sides: [...sides.values()],
    known: new Map<number, number[]>(),
  }));
  return {
    base: boxes.reduce((sum, leaf) => sum + whole(leaf), base),
    explain(row) {
      const parts = new Float64Array(features.length);
      for (const leaf of leaves) {
        const values = valuesIn(leaf, row);
        for (let place = 0; place < values.length; place++) parts[leaf.features[place]!]! += values[place]!;
      }
      return parts;
    },
  };
}

interface Leaf {
  value: number;
  features: number[];
  /** One for each feature. */
  sides: Side[];
  /** Shapley values by which of its sides a row is on, as bits: of a shallow leaf there are few, and rows share them. */
  known: Map<number, number[]>;
}

const mostKnown = 8;

/** The leaf's Shapley values for a row, by feature of its path. */
function valuesIn(leaf: Leaf, row: ArrayLike<number>): number[] {
  if (leaf.sides.length > mostKnown)
    return shapleyValues(
      leaf,
      leaf.sides.map((side, place) => (isIn(side, row[leaf.features[place]!]!) ? 1 : 0)),
    );
  let bits = 0;
  for (let place = 0; place < leaf.sides.length; place++) if (isIn(leaf.sides[place]!, row[leaf.features[place]!]!)) bits |= 1 << place;
  const found = leaf.known.get(bits);
  if (found !== undefined) return found;
  const values = shapleyValues(
    leaf,
    leaf.sides.map((_, place) => (bits >> place) & 1),
  );
  leaf.known.set(bits, values);
  return values;
}

/** `takes` says by feature whether the row is on the leaf's side. */
function shapleyValues({ value, sides }: Leaf, takes: readonly number[]): number[] {
  const weights = coalitionWeights(sides.length);
  return sides.map(({ share }, player) => {
    const products = [1];
    for (let other = 0; other < sides.length; other++) if (other !== player) multiply(products, sides[other]!.share, takes[other]!);
    const worth = products.reduce((sum, product, size) => sum + weights[size]! * product, 0);
    return value * (takes[player]! - share) * worth;
  });
}

/** Multiplies a polynomial by share + takes x: its coefficient k is the sum of the coalitions' products of size k. */
function multiply(coefficients: number[], share: number, takes: number): void {
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
