/** Labels beside scores, row by row. A weight of k counts as k copies of its row. */
export interface Predictions {
  /** 1 = the event came, 0 = it did not. */
  label: Uint8Array;
  /** Higher = sooner on the list. A probability where a metric of calibration is asked for. */
  score: Float64Array;
  weight?: Float64Array | undefined;
  /** Rows by falling score; worked out when absent. Give it when several metrics look at the same scores. */
  order?: Uint32Array | undefined;
  /** Rows of equal score, taken together; worked out when absent. */
  ties?: Ties | undefined;
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

/** Groups of rows of equal score, the highest first, as columns. Rows of weight 0 are in none. */
export interface Ties {
  count: number;
  score: Float64Array;
  weight: Float64Array;
  /** Weight of those whose event came. */
  positive: Float64Array;
  total: { weight: number; positive: number };
}

/** The same predictions with their ties worked out: metrics that look at the same scores then walk over them once. */
export function tied(predictions: Predictions): Predictions & { order: Uint32Array; ties: Ties } {
  const sorted = ordered(predictions);
  return { ...sorted, ties: sorted.ties ?? tiesOf(sorted) };
}

function tiesOf({ label, score, weight, order }: Predictions & { order: Uint32Array }): Ties {
  const column = () => new Float64Array(order.length);
  const ties = { score: column(), weight: column(), positive: column() };
  const total = { weight: 0, positive: 0 };
  let [count, at] = [0, Number.NaN];
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    const share = weight === undefined ? 1 : weight[row]!;
    if (share === 0) continue;
    if (score[row] !== at) {
      at = score[row]!;
      ties.score[count++] = at;
    }
    ties.weight[count - 1]! += share;
    total.weight += share;
    if (label[row] !== 1) continue;
    ties.positive[count - 1]! += share;
    total.positive += share;
  }
  return { ...ties, count, total };
}

/** Visits the groups of rows of equal score, highest first: the score, the group's weight and the weight of those whose event came. Rows of weight 0 are left out. */
export function eachTie(predictions: Predictions, visit: (score: number, weight: number, positive: number) => void): void {
  const { count, score, weight, positive } = tied(predictions).ties;
  for (let tie = 0; tie < count; tie++) visit(score[tie]!, weight[tie]!, positive[tie]!);
}

/** Rows of equal score, taken together: total weight, and the weight of those whose event came. */
export interface TieGroup {
  score: number;
  weight: number;
  positive: number;
}

/** The groups of `eachTie` as a list. */
export function tieGroups(predictions: Predictions): TieGroup[] {
  const groups: TieGroup[] = [];
  eachTie(predictions, (score, weight, positive) => groups.push({ score, weight, positive }));
  return groups;
}

/** Total weight, and the weight of the rows whose event came. */
export function totals({ label, weight, ties }: Predictions): { weight: number; positive: number } {
  if (ties !== undefined) return ties.total;
  let [all, positive] = [0, 0];
  for (let row = 0; row < label.length; row++) {
    const share = weight === undefined ? 1 : weight[row]!;
    all += share;
    if (label[row] === 1) positive += share;
  }
  return { weight: all, positive };
}
