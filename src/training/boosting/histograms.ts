import { binSlots, missingBin, sumsPerBin } from "./memory.ts";
import type { Work } from "./work.ts";

const featureSums = binSlots * sumsPerBin;

/** Where the histogram of a slot and feature begins in `histograms`. */
export function histogramAt({ shape }: Work, slot: number, feature: number): number {
  return (slot * shape.features + feature) * featureSums;
}

/** Makes the sums that the threads took of their rows, for the features of this thread, into the slot's histogram, and empties them. */
export function gather(work: Work, slot: number): void {
  const { sums, histograms } = work.views;
  for (const feature of work.features) {
    const into = histogramAt(work, slot, feature);
    for (const [from, until] of usedSums(work, feature)) {
      histograms.fill(0, into + from, into + until);
      for (let thread = 0; thread < work.shape.threads; thread++) {
        const at = (thread * work.shape.features + feature) * featureSums;
        for (let each = from; each < until; each++) histograms[into + each]! += sums[at + each]!;
        sums.fill(0, at + from, at + until);
      }
    }
  }
}

/** Takes one slot's histogram from another's, for the features of this thread: what is left is the other child's. */
export function subtract(work: Work, slot: number, taken: number): void {
  const { histograms } = work.views;
  for (const feature of work.features) {
    const [at, other] = [histogramAt(work, slot, feature), histogramAt(work, taken, feature)];
    for (const [from, until] of usedSums(work, feature))
      for (let each = from; each < until; each++) histograms[at + each]! -= histograms[other + each]!;
  }
}

/** Sums over all rows that a thread has taken into its sums: read off the first feature. */
export function ownTotals({ views, shape, crew }: Work): [gradient: number, hessian: number, count: number] {
  const totals: [number, number, number] = [0, 0, 0];
  const from = crew.thread * shape.features * featureSums;
  for (let at = 0; at < featureSums; at++) totals[(at % sumsPerBin) as 0 | 1 | 2] += views.sums[from + at]!;
  return totals;
}

/** The parts of a feature's histogram that are in use. */
function usedSums({ views }: Work, feature: number): [number, number][] {
  const known: [number, number] = [0, views.binCount[feature]! * sumsPerBin];
  return views.hasMissing[feature] === 1 ? [known, [missingBin * sumsPerBin, featureSums]] : [known];
}
