import { binOf, binThresholds } from "./bins.ts";
import { binSlots, lineStride, missingBin } from "./memory.ts";
import type { Work } from "./work.ts";

/** Puts all columns into bins, each by one thread, a batch of as many as there are threads at a time. `load` writes a feature's values; one thread has it. */
export function binColumns(work: Work, staging: SharedArrayBuffer, load: ((feature: number, values: Float64Array) => void) | null): void {
  const { rows, features, threads } = work.shape;
  const valuesOf = (thread: number) => new Float64Array(staging, thread * rows * Float64Array.BYTES_PER_ELEMENT, rows);
  for (let first = 0; first < features; first += threads) {
    if (load !== null)
      for (let feature = first; feature < Math.min(features, first + threads); feature++) load(feature, valuesOf(feature - first));
    work.crew.meet();
    const feature = first + work.crew.thread;
    if (feature < features) binColumn(work, feature, valuesOf(work.crew.thread));
    work.crew.meet();
  }
  fillLines(work);
}

function binColumn({ views, shape, settings }: Work, feature: number, values: Float64Array): void {
  const isKnown = (value: number) => !Number.isNaN(value);
  const known = values.filter(isKnown);
  const weights = shape.hasCounts ? views.weight.filter((_, row) => isKnown(values[row]!)) : undefined;
  const thresholds = binThresholds(known, settings.bins, weights);
  views.thresholds.set(thresholds, feature * binSlots);
  views.binCount[feature] = thresholds.length + 1;
  views.hasMissing[feature] = known.length < values.length ? 1 : 0;
  const column = views.columns.subarray(feature * shape.rows, (feature + 1) * shape.rows);
  for (let row = 0; row < column.length; row++) {
    const value = values[row]!;
    column[row] = Number.isNaN(value) ? missingBin : binOf(value, thresholds);
  }
}

/** The bins again, row after row: a row's stand in one or two lines of the cache. */
function fillLines({ views, shape, stretches }: Work): void {
  const { columns, lines } = views;
  const stride = lineStride(shape.features);
  for (const [from, until] of stretches)
    for (let feature = 0; feature < shape.features; feature++) {
      const column = feature * shape.rows;
      for (let row = from; row < until; row++) lines[row * stride + feature] = columns[column + row]!;
    }
}
