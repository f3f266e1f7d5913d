import { UserError } from "../../domain/errors.ts";
import type { TrainingRows } from "../training-rows.ts";
import { unitsOf } from "./gradients.ts";
import type { Units } from "./kernel.ts";
import { allocate, binSlots, mostLeaves, type Shape, sumsPerBin, type Views } from "./memory.ts";
import type { Prepared } from "./prepare.ts";
import type { Settings } from "./settings.ts";
import type { Task } from "./work.ts";

/** What tests turn: the inner loops in WebAssembly or in JavaScript, how many bytes of histograms are kept (at least two of them), and what work is worth a thread. */
export interface Internals {
  kernel: Task["kernel"];
  histogramBytes: number;
  /** Rows times features times rounds; with less, a thread costs more time to start than it saves. */
  workForThreads: number;
}

/** Sizes and memory of a fit. */
export function taskOf(rows: TrainingRows, prepared: Prepared, settings: Settings, internals: Internals): Task {
  const count = prepared.rows?.length ?? rows.label.length;
  const features = prepared.features.length;
  const isWeighted = rows.weight !== undefined;
  const hasCounts = isWeighted && settings.weights === "copies";
  const leaves = Math.min(
    settings.leaves,
    mostLeaves,
    2 ** Math.min(settings.depth, 32),
    Math.max(1, Math.floor(count / (hasCounts ? 1 : settings.minSamplesLeaf))),
  );
  const kept = Math.floor(internals.histogramBytes / (features * binSlots * sumsPerBin * Float64Array.BYTES_PER_ELEMENT));
  const shape: Shape = {
    rows: count,
    features,
    threads: count * features * settings.rounds < internals.workForThreads ? 1 : settings.threads,
    isWeighted,
    hasCounts,
    isSampled: settings.rowShare < 1,
    slots: Math.max(2, Math.min(kept, leaves + 1)),
    leaves,
  };
  const weights = rows.weight === undefined ? null : takeRows(rows.weight, prepared.rows);
  if (weights !== null && hasCounts) requireCopies(weights, settings.minSamplesLeaf);
  return {
    memory: allocate(shape),
    shape,
    settings,
    units: unitsOf(weights, count, hasCounts),
    kernel: internals.kernel,
    staging: new SharedArrayBuffer(shape.threads * count * Float64Array.BYTES_PER_ELEMENT),
  };
}

/** Weights that are no numbers of copies, such as shares of 1, would make every leaf too small. */
function requireCopies(weights: Float64Array, minSamplesLeaf: number): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total >= 2 * minSamplesLeaf || weights.length < 2 * minSamplesLeaf) return;
  throw new UserError(
    "small_weights",
    `the weights of ${weights.length} rows come to ${total.toPrecision(3)} in all, less than two leaves of ${minSamplesLeaf}; if they are no numbers of copies, give weights: survey`,
  );
}

/** Copies labels and weights into the fit's memory and starts all log-odds at those of the rows, which it gives. */
export function fillRows(views: Views, { label, weight }: TrainingRows, prepared: Prepared, units: Units): number {
  const count = prepared.rows?.length ?? label.length;
  let [positive, all] = [0, 0];
  for (let row = 0; row < count; row++) {
    const number = prepared.rows?.[row] ?? row;
    const rounded = weight === undefined ? 1 : Math.round(weight[number]! / units.count) * units.count;
    if (weight !== undefined) views.weight[row] = rounded;
    if (views.numbers.length > 0) views.numbers[row] = number;
    views.label[row] = label[number]!;
    all += rounded;
    if (label[number] === 1) positive += rounded;
  }
  const base = Math.log(positive / (all - positive));
  views.margin.fill(base);
  return base;
}

/** The values of the rows that weigh something. */
export function takeRows(
  values: Float64Array,
  rows: Uint32Array | null,
  into: Float64Array = new Float64Array(rows?.length ?? values.length),
): Float64Array {
  if (rows === null) into.set(values);
  else
    rows.forEach((row, at) => {
      into[at] = values[row]!;
    });
  return into;
}
