/** Greatest threshold of a split on a value: Infinity is for splits of the known from the unknown. */
const almostInfinite = 1e300;

/**
 * Upper ends of a feature's bins, ascending, all but the last one's: bin i holds the values x with thresholds[i - 1] < x <= thresholds[i].
 * As scikit-learn's: midpoints of neighbouring distinct values when these fit the bins, else percentiles of all known values (numpy's method `midpoint`;
 * scikit-learn takes them of 200,000 rows drawn at random when there are more), each threshold once. NaN is unknown.
 * With `weights`, each value stands as often as its weight says.
 */
export function binThresholds(values: Float64Array, most: number, weights?: Float64Array): Float64Array {
  const distinct = distinctValues(values, most);
  if (distinct !== null) return Float64Array.from(distinct.subarray(1), (value, index) => middle(distinct[index]!, value));
  let known = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row]!)) known += weights?.[row] ?? 1;
  const places = Array.from({ length: most - 1 }, (_, part) => Math.max(0, (known - 1) * (((part + 1) * (100 / most)) / 100)));
  const both = places.flatMap((place) => [Math.floor(place), Math.ceil(place)]);
  const ends = weights === undefined ? valuesAt(values, both) : weightedValuesAt(values, weights, both);
  const between = places.map((_, part) => ends[2 * part + 1]! - (ends[2 * part + 1]! - ends[2 * part]!) * 0.5);
  return Float64Array.from(new Set(between.map((threshold) => Math.min(almostInfinite, threshold))));
}

/** The bin of a known value: how many thresholds (of the first `count`) lie below it. */
export function binOf(value: number, thresholds: Float64Array, count = thresholds.length, first = 0): number {
  let [low, high] = [first, count];
  while (low < high) {
    const between = (low + high) >>> 1;
    if (value <= thresholds[between]!) high = between;
    else low = between + 1;
  }
  return low;
}

/** Writes the bin of each value, `missing` for NaN; says whether there was one. Looks among the thresholds that share the value's leading bits. */
export function fillBins(values: Float64Array, thresholds: Float64Array, missing: number, into: Uint8Array): boolean {
  const words = wordsOf(values);
  const below = new Uint8Array(leadingValues + 1);
  const ends = wordsOf(thresholds);
  for (let end = 0; end < thresholds.length; end++) below[leadingAt(ends, end) + 1]! += 1;
  for (let bits = 0; bits < leadingValues; bits++) below[bits + 1]! += below[bits]!;
  let hasMissing = false;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) {
      into[row] = missing;
      hasMissing = true;
    } else {
      const bits = leadingAt(words, row);
      into[row] = binOf(value, thresholds, below[bits + 1]!, below[bits]!);
    }
  }
  return hasMissing;
}

/** The distinct known values, ascending; null when there are more than `most`. */
function distinctValues(values: Float64Array, most: number): Float64Array | null {
  const distinct = new Float64Array(most + 1);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    const place = binOf(value, distinct, count);
    if (place < count && distinct[place] === value) continue;
    if (count === most) return null;
    distinct.copyWithin(place + 1, place, count);
    distinct[place] = value;
    count += 1;
  }
  return distinct.subarray(0, count);
}

function middle(low: number, high: number): number {
  const sum = low + high;
  return Math.min(almostInfinite, Number.isFinite(sum) ? sum * 0.5 : low * 0.5 + high * 0.5);
}

/** Values that sign, exponent and the first 8 bits of the fraction of a double can have. */
const leadingValues = 2 ** 20;

function wordsOf(values: Float64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
}

/** The leading bits of a double, so that they rise with it; both zeros count as one. */
function leadingAt(words: Int32Array, row: number): number {
  const upper = words[2 * row + 1]!;
  if (upper === -0x80000000 && words[2 * row] === 0) return leadingValues / 2;
  return ((upper ^ ((upper >> 31) & 0x7fffffff)) >> 12) + leadingValues / 2;
}

/** The values that would stand at the places (ascending) if the known ones were sorted: only those that share their leading bits with one of them are. */
function valuesAt(values: Float64Array, places: readonly number[]): number[] {
  const words = wordsOf(values);
  const counts = new Uint32Array(leadingValues);
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row]!)) counts[leadingAt(words, row)]! += 1;
  const stretches: { values: Float64Array; filled: number }[] = [];
  /** Which stretch holds the values of these leading bits, counted from 1. */
  const wanted = new Uint16Array(leadingValues);
  let [bits, before] = [0, 0];
  const answers = places.map((place) => {
    while (before + counts[bits]! <= place) before += counts[bits++]!;
    if (wanted[bits] === 0) wanted[bits] = stretches.push({ values: new Float64Array(counts[bits]!), filled: 0 });
    return { stretch: wanted[bits]! - 1, at: place - before };
  });
  for (let row = 0; row < values.length; row++) {
    const number = wanted[leadingAt(words, row)]!;
    if (number === 0 || Number.isNaN(values[row]!)) continue;
    const stretch = stretches[number - 1]!;
    stretch.values[stretch.filled++] = values[row]!;
  }
  for (const stretch of stretches) stretch.values.sort();
  return answers.map(({ stretch, at }) => stretches[stretch]!.values[at]!);
}

/** The same where each value stands as often as its weight says. */
function weightedValuesAt(values: Float64Array, weights: Float64Array, places: readonly number[]): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const until = new Float64Array(sorted.length);
  values.forEach((value, row) => {
    if (!Number.isNaN(value)) until[firstOver(sorted, value) - 1]! += weights[row]!;
  });
  for (let place = 1; place < until.length; place++) until[place]! += until[place - 1]!;
  return places.map((place) => sorted[Math.min(sorted.length - 1, firstOver(until, place))]!);
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
