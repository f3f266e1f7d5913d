/** Labels beside scores, row by row. A weight of k counts as k copies of its row. */
export interface Predictions {
  /** 1 = the event came, 0 = it did not. */
  label: Uint8Array;
  /** Higher = sooner on the list. A probability where a metric of calibration is asked for. */
  score: Float64Array;
  weight?: Float64Array | undefined;
  /** Rows by falling score; worked out when absent. Give it when several metrics look at the same scores. */
  order?: Uint32Array | undefined;
}

/** Rows of equal score, taken together: total weight, and the weight of those whose event came. */
export interface TieGroup {
  score: number;
  weight: number;
  positive: number;
}

/** Rows by falling score. NaN has no place in an order and is an error that names the row. */
function orderByScore(score: Float64Array): Uint32Array {
  const unordered = score.findIndex((value) => Number.isNaN(value));
  if (unordered >= 0) throw new RangeError(`the score of row ${unordered + 1} is NaN`);
  const order = Uint32Array.from(score, (_, row) => row);
  return order.sort((a, b) => score[b]! - score[a]! || a - b);
}

/** The same predictions with their order worked out. */
export function ordered(predictions: Predictions): Predictions & { order: Uint32Array } {
  return { ...predictions, order: predictions.order ?? orderByScore(predictions.score) };
}

/** Groups of equal score, highest first; rows of weight 0 are left out. */
export function tieGroups(predictions: Predictions): TieGroup[] {
  const { label, score, weight, order } = ordered(predictions);
  const groups: TieGroup[] = [];
  let group: TieGroup | undefined;
  for (const row of order) {
    const share = weight === undefined ? 1 : weight[row]!;
    if (share === 0) continue;
    if (group === undefined || group.score !== score[row]) {
      group = { score: score[row]!, weight: 0, positive: 0 };
      groups.push(group);
    }
    group.weight += share;
    if (label[row] === 1) group.positive += share;
  }
  return groups;
}

/** Total weight, and the weight of the rows whose event came. */
export function totals(predictions: Predictions): { weight: number; positive: number } {
  const { label, weight } = predictions;
  let [all, positive] = [0, 0];
  for (let row = 0; row < label.length; row++) {
    const share = weight === undefined ? 1 : weight[row]!;
    all += share;
    if (label[row] === 1) positive += share;
  }
  return { weight: all, positive };
}
