import type { Cells } from "./fairness-cells.ts";

/** What is measured of each cell. */
export const measures = [
  "base_rate",
  "recall",
  "false_negative_rate",
  "precision",
  "calibration_gap",
  "observed_to_expected",
  "listed_share",
] as const;
export type Measure = (typeof measures)[number];

/** Proportions, whose interval is Wilson's where no draw sees another value than 0 or 1. */
export const proportions: ReadonlySet<Measure> = new Set(["base_rate", "recall", "false_negative_rate", "precision", "listed_share"]);

/** Sums over some rows, drawn or as they are. */
export interface Sums {
  rows: number;
  positives: number;
  /** Chances of a place on the list. */
  listed: number;
  /** The same over the rows whose event came. */
  hits: number;
  /** Probabilities. */
  expected: number;
  /** Squares of the rows' weights: as many as rows where every weight is 1. */
  squares: number;
}
export const fields = 6;

/** The sums of a slot. */
export function sumsAt(sums: Float64Array, slot: number): Sums {
  const at = slot * fields;
  return {
    ...{ rows: sums[at]!, positives: sums[at + 1]!, listed: sums[at + 2]! },
    ...{ hits: sums[at + 3]!, expected: sums[at + 4]!, squares: sums[at + 5]! },
  };
}

/** What is in `all` and not in `part`. */
export function without(all: Sums, part: Sums): Sums {
  return {
    rows: all.rows - part.rows,
    positives: all.positives - part.positives,
    listed: all.listed - part.listed,
    hits: all.hits - part.hits,
    expected: all.expected - part.expected,
    squares: all.squares - part.squares,
  };
}

/** Sums below this are rounding, not rows: weighted ones are off by some 1e-8. */
const nothing = 1e-6;
const ratio = (part: number, whole: number) => (whole > nothing ? part / whole : null);

/** A measure of some rows; null where it has none to stand on. `calibration_gap` = mean probability - share with the event. */
export function measureOf(measure: Measure, { rows, positives, listed, hits, expected }: Sums): number | null {
  switch (measure) {
    case "base_rate":
      return ratio(positives, rows);
    case "recall":
      return ratio(hits, positives);
    case "false_negative_rate":
      return ratio(positives - hits, positives);
    case "precision":
      return ratio(hits, listed);
    case "calibration_gap":
      return ratio(expected - positives, rows);
    case "observed_to_expected":
      return ratio(positives, expected);
    case "listed_share":
      return ratio(listed, rows);
  }
}

/** How many rows a proportion stands on; of weighted rows, how many equal ones would say as much. */
export function standsOn(measure: Measure, sums: Sums): number {
  const { rows, positives, listed } = sums;
  if (measure === "recall" || measure === "false_negative_rate") return positives / designEffect(sums);
  return (measure === "precision" ? listed : rows) / designEffect(sums);
}

/** By how much unequal weights raise a variance (Kish 1965): 1 where all are 1. */
export function designEffect({ rows, squares }: Sums): number {
  return rows > nothing ? squares / rows : 1;
}

export interface SummedRows {
  label: Uint8Array;
  score: Float64Array;
  /** Each row's chance of a place on the list, 0 to 1. */
  listed: ArrayLike<number>;
  /** A survey's weights, 1 on average; 1 each when absent. */
  weight?: ArrayLike<number> | undefined;
}

/** Sums by slot, `fields` numbers each, of the rows as often as `times` says of their group, times their weights. */
export function sumSlots(
  cells: Cells,
  { label, score, listed, weight }: SummedRows,
  times: Uint32Array,
  groupOfRow: Uint32Array,
): Float64Array {
  const { kindOfRow, firstSlot, slotsOfKinds, kinds } = cells;
  const byKind = new Float64Array(kinds * fields);
  for (let row = 0; row < label.length; row++) {
    const own = weight === undefined ? 1 : weight[row]!;
    const copies = times[groupOfRow[row]!]! * own;
    if (copies === 0) continue;
    const at = kindOfRow[row]! * fields;
    const places = copies * listed[row]!;
    byKind[at]! += copies;
    byKind[at + 1]! += copies * label[row]!;
    byKind[at + 2]! += places;
    byKind[at + 3]! += places * label[row]!;
    byKind[at + 4]! += copies * score[row]!;
    byKind[at + 5]! += copies * own;
  }
  const bySlot = new Float64Array(cells.slots * fields);
  for (let kind = 0; kind < kinds; kind++) {
    const from = kind * fields;
    for (let place = firstSlot[kind]!; place < firstSlot[kind + 1]!; place++) {
      const to = slotsOfKinds[place]! * fields;
      for (let field = 0; field < fields; field++) bySlot[to + field]! += byKind[from + field]!;
    }
  }
  return bySlot;
}
