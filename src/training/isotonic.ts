import { firstNotBelow } from "../domain/ascending.ts";
import { type Predictions, tieGroups } from "./predictions.ts";

/** A rising line through points, straight between them and flat beyond the ends: `score[i]` becomes `value[i]`. Both ascend. */
export interface IsotonicMap {
  score: number[];
  value: number[];
}

/** Rows of one value after pooling: the scores from `least` to `most`. */
interface Block {
  least: number;
  most: number;
  weight: number;
  positive: number;
}

/**
 * Isotonic regression of the event on the score by pooling adjacent violators (Ayer et al. 1955): of all rising functions of the score the one
 * with the least squared distance. Between the points it is read along straight lines, as scikit-learn does; each block gives its two ends.
 */
export function fitIsotonic(predictions: Predictions): IsotonicMap {
  const blocks: Block[] = [];
  for (const { score, weight, positive } of tieGroups(predictions).reverse()) {
    let block = { least: score, most: score, weight, positive };
    for (let last = blocks.at(-1); last !== undefined && meanOf(last) >= meanOf(block); last = blocks.at(-1)) {
      blocks.pop();
      block = { least: last.least, most: block.most, weight: last.weight + block.weight, positive: last.positive + block.positive };
    }
    blocks.push(block);
  }
  if (blocks.length === 0) throw new RangeError("isotonic regression of no rows");
  const points = blocks.flatMap((block) => {
    const value = meanOf(block);
    return block.least === block.most ? [{ score: block.least, value }] : [block.least, block.most].map((score) => ({ score, value }));
  });
  return { score: points.map(({ score }) => score), value: points.map(({ value }) => value) };
}

function meanOf({ weight, positive }: Block): number {
  return positive / weight;
}

/** What the line says of a score. */
export function isotonicAt({ score: scores, value: values }: IsotonicMap, score: number): number {
  const above = firstNotBelow(scores, score);
  if (above === 0) return values[0]!;
  if (above === scores.length) return values[above - 1]!;
  // at a point itself its value to the bit, and never above it: an ulp too much would turn the order of what was pooled
  if (scores[above] === score) return values[above]!;
  const part = (score - scores[above - 1]!) / (scores[above]! - scores[above - 1]!);
  return Math.min(values[above]!, values[above - 1]! + part * (values[above]! - values[above - 1]!));
}
