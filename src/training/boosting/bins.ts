/** Greatest threshold of a split on a value: Infinity is for splits of the known from the unknown. */
const almostInfinite = 1e300;

/**
 * Upper ends of a feature's bins, ascending, all but the last one's: bin i holds the values x with thresholds[i - 1] < x <= thresholds[i].
 * As scikit-learn's: midpoints of neighbouring distinct values when these fit the bins, else percentiles of all rows (numpy's method `midpoint`;
 * scikit-learn takes them of 200,000 rows drawn at random when there are more), each threshold once.
 * `known` is sorted here; with `weights`, a row's share of the percentiles is its weight, and `known` stays as it is.
 */
export function binThresholds(known: Float64Array, most: number, weights?: Float64Array): Float64Array {
  const sorted = weights === undefined ? known.sort() : Float64Array.from(known).sort();
  const distinct = distinctValues(sorted, most);
  if (distinct !== null) return Float64Array.from(distinct.subarray(1), (value, index) => middle(distinct[index]!, value));
  const valueAt = weights === undefined ? (place: number) => sorted[place]! : weightedPlaces(sorted, known, weights);
  const rows = weights === undefined ? sorted.length : weights.reduce((sum, weight) => sum + weight, 0);
  const thresholds = new Set<number>();
  for (let part = 1; part < most; part++) {
    const place = Math.max(0, (rows - 1) * ((part * (100 / most)) / 100));
    const [below, above] = [valueAt(Math.floor(place)), valueAt(Math.ceil(place))];
    thresholds.add(Math.min(almostInfinite, above - (above - below) * 0.5));
  }
  return Float64Array.from(thresholds);
}

/** The bin of a known value: how many thresholds lie below it. */
export function binOf(value: number, thresholds: Float64Array): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const between = (low + high) >>> 1;
    if (value <= thresholds[between]!) high = between;
    else low = between + 1;
  }
  return low;
}

/** The distinct values of a sorted column, null when there are more than `most`. */
function distinctValues(sorted: Float64Array, most: number): Float64Array | null {
  const distinct = new Float64Array(most);
  let [count, last] = [0, Number.NaN];
  for (let place = 0; place < sorted.length; place++) {
    if (sorted[place] === last) continue;
    if (count === most) return null;
    last = sorted[place]!;
    distinct[count++] = last;
  }
  return distinct.subarray(0, count);
}

function middle(low: number, high: number): number {
  const sum = low + high;
  return Math.min(almostInfinite, Number.isFinite(sum) ? sum * 0.5 : low * 0.5 + high * 0.5);
}

/** The value at a place of the column in which each value stands as often as its weight says. */
function weightedPlaces(sorted: Float64Array, known: Float64Array, weights: Float64Array): (place: number) => number {
  const until = new Float64Array(sorted.length);
  known.forEach((value, row) => {
    until[firstOver(sorted, value) - 1]! += weights[row]!;
  });
  for (let place = 1; place < until.length; place++) until[place]! += until[place - 1]!;
  return (place) => sorted[Math.min(sorted.length - 1, firstOver(until, place))]!;
}

/** The first place of an ascending array that holds more than `value`. */
function firstOver(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const between = (low + high) >>> 1;
    if (ascending[between]! > value) high = between;
    else low = between + 1;
  }
  return low;
}
