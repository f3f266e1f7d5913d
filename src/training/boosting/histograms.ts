import { binSlots, missingBin, sumsPerBin } from "./memory.ts";
import type { Work } from "./work.ts";

const featureSums = binSlots * sumsPerBin;

/** Where the histogram of a slot and feature begins in `histograms`. */
export function histogramAt({ shape }: Work, slot: number, feature: number): number {
  return (slot * shape.features + feature) * featureSums;
}

/** Makes the sums that the threads took of their rows, for the bundles of this thread, into the slot's histograms of their features, and empties them. */
export function gather(work: Work, slot: number): void {
  const { views, shape, bundles, ownBundles } = work;
  const { sums, histograms } = views;
  const perThread = sums.length / shape.threads;
  const cellSums = new Float64Array(featureSums);
  for (const bundle of ownBundles) {
    const { cells, members } = bundles[bundle]!;
    const used = cells * sumsPerBin;
    cellSums.fill(0, 0, used);
    for (let thread = 0; thread < shape.threads; thread++) {
      const from = thread * perThread + bundle * featureSums;
      for (let each = 0; each < used; each++) cellSums[each]! += sums[from + each]!;
      sums.fill(0, from, from + used);
    }
    for (const { feature, binOfCell } of members) {
      const into = histogramAt(work, slot, feature);
      histograms.fill(0, into, into + featureSums);
      for (let cell = 0; cell < cells; cell++) {
        const bin = into + binOfCell[cell]! * sumsPerBin;
        histograms[bin]! += cellSums[cell * sumsPerBin]!;
        histograms[bin + 1]! += cellSums[cell * sumsPerBin + 1]!;
        histograms[bin + 2]! += cellSums[cell * sumsPerBin + 2]!;
      }
    }
  }
}

/** Takes one slot's histograms from another's, for the features of this thread: what is left is the other child's. */
export function subtract(work: Work, slot: number, taken: number): void {
  const { views, bundles, ownBundles } = work;
  const { histograms, binCount, hasMissing } = views;
  for (const bundle of ownBundles)
    for (const { feature } of bundles[bundle]!.members) {
      const [at, other] = [histogramAt(work, slot, feature), histogramAt(work, taken, feature)];
      const known = binCount[feature]! * sumsPerBin;
      for (let each = 0; each < known; each++) histograms[at + each]! -= histograms[other + each]!;
      if (hasMissing[feature] === 0) continue;
      for (let each = missingBin * sumsPerBin; each < featureSums; each++) histograms[at + each]! -= histograms[other + each]!;
    }
}

/** Sums over all rows that a thread has taken into its sums: read off the first bundle. */
export function ownTotals({ views, shape, crew }: Work): [gradient: number, hessian: number, count: number] {
  const totals: [number, number, number] = [0, 0, 0];
  const from = crew.thread * (views.sums.length / shape.threads);
  for (let at = 0; at < featureSums; at++) totals[(at % sumsPerBin) as 0 | 1 | 2] += views.sums[from + at]!;
  return totals;
}
