import { binSlots, missingBin, type Shape, type Views } from "./memory.ts";

/**
 * Features that share one histogram: a cell for each combination of their bins. The kernel then has one sum to add to where it had several,
 * and the sums of a feature's bin are those of its cells: the same to the bit, since all sums are exact.
 */
export interface Bundle {
  cells: number;
  members: Member[];
}

interface Member {
  feature: number;
  /** What a step of this feature's bin adds to the cell's number. */
  step: number;
  /** The feature's bin, by cell. */
  binOfCell: Uint8Array;
}

/** Puts features of few bins together, as long as they have at most 256 combinations: those of most bins first, each into the first bundle with room. */
export function bundleFeatures({ binCount, hasMissing }: Views, { features }: Shape): Bundle[] {
  const levels = Array.from(binCount, (bins, feature) => bins + hasMissing[feature]!);
  const order = Array.from({ length: features }, (_, feature) => feature).sort((a, b) => levels[b]! - levels[a]! || a - b);
  const bundles: { cells: number; members: Omit<Member, "binOfCell">[] }[] = [];
  for (const feature of order) {
    const bundle = bundles.find(({ cells }) => cells * levels[feature]! <= binSlots) ?? { cells: 1, members: [] };
    if (bundle.members.length === 0) bundles.push(bundle);
    bundle.members.push({ feature, step: bundle.cells });
    bundle.cells *= levels[feature]!;
  }
  return bundles.map(({ cells, members }) => ({
    cells,
    members: members.map(({ feature, step }) => {
      const binOf = (cell: number) => Math.floor(cell / step) % levels[feature]!;
      const binOfCell = Uint8Array.from({ length: cells }, (_, cell) => (binOf(cell) === binCount[feature] ? missingBin : binOf(cell)));
      return { feature, step, binOfCell };
    }),
  }));
}
