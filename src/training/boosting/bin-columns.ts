import { binThresholds, fillBins } from "./bins.ts";
import type { Bundle } from "./bundles.ts";
import { binSlots, missingBin } from "./memory.ts";
import type { Place } from "./work.ts";

/** Puts all columns into bins, each by one thread, a batch of as many as there are threads at a time. `load` writes a feature's values; one thread has it. */
export function binColumns(work: Place, staging: SharedArrayBuffer, load: ((feature: number, values: Float64Array) => void) | null): void {
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
}

function binColumn({ views, shape, settings }: Place, feature: number, values: Float64Array): void {
  const thresholds = binThresholds(values, settings.bins, shape.hasCounts ? views.weight : undefined);
  views.thresholds.set(thresholds, feature * binSlots);
  views.binCount[feature] = thresholds.length + 1;
  const column = views.columns.subarray(feature * shape.rows, (feature + 1) * shape.rows);
  views.hasMissing[feature] = fillBins(values, thresholds, missingBin, column) ? 1 : 0;
}

/** The cells of each row's bundles side by side, `stride` bytes a row: in one or two lines of the cache. */
export function fillLines({ views, shape, stretches }: Place, bundles: readonly Bundle[], stride: number): void {
  const { columns, lines, binCount } = views;
  for (const [from, until] of stretches)
    for (const [place, { members }] of bundles.entries())
      for (const { feature, step } of members) {
        const [column, unknown] = [feature * shape.rows, binCount[feature]!];
        for (let row = from; row < until; row++) {
          const bin = columns[column + row]!;
          lines[row * stride + place]! += (bin === missingBin ? unknown : bin) * step;
        }
      }
}
