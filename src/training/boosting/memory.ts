import { UserError } from "../../domain/errors.ts";

/** Bins of a feature's histogram; the last one holds the unknown values. */
export const binSlots = 256;
/** Where unknown values go. */
export const missingBin = 255;
/** What a histogram keeps of a bin: sum of gradients, sum of Hessians, count. */
export const sumsPerBin = 3;
/** What `best` keeps of a feature's best split: gain, bin, whether unknown goes left, and the left child's sum of gradients, sum of Hessians and count. */
export const bestFields = 6;
/** Leaves are numbered in 16 bits. */
export const mostLeaves = 2 ** 16;
/** Rows that the kernel takes at a time. */
const rowsPerBlock = 512;

/** What decides how much memory a fit takes. */
export interface Shape {
  rows: number;
  features: number;
  threads: number;
  isWeighted: boolean;
  /** Whether a row may count for other than one. */
  hasCounts: boolean;
  /** Whether trees are grown on a share of the rows. */
  isSampled: boolean;
  /** Histograms kept at a time. */
  slots: number;
  /** Most leaves of a tree, at most `mostLeaves`. */
  leaves: number;
}

/** Bytes from one row's cells to the next: whole fractions or multiples of a cache line, where that wastes little. */
export function lineStride(bundles: number): number {
  for (const stride of [8, 16, 32]) if (bundles <= stride) return stride;
  return Math.ceil(bundles / 32) * 32;
}

function regionsOf({ rows, features, threads, isWeighted, hasCounts, isSampled, slots, leaves }: Shape) {
  const padded = Math.ceil(features / 8) * 8 * binSlots;
  const sums = features * binSlots * sumsPerBin;
  return {
    /** Threads that have arrived, meeting's number, whether a thread has failed. */
    control: [Int32Array, 16],
    /** Bins of known values, by feature. */
    binCount: [Int32Array, features],
    hasMissing: [Uint8Array, features],
    /** Upper ends of a feature's bins, `binSlots` apart. */
    thresholds: [Float64Array, features * binSlots],
    /** From here to `records`, with one more row, which is of no meaning: two are done at a time. */
    label: [Uint8Array, rows + 1],
    /** Log-odds so far, without the last tree. */
    margin: [Float64Array, rows + 1],
    /** The leaf of the last tree that each row is in, by number. */
    leaf: [Uint16Array, rows + 1],
    /** What these leaves add to the log-odds, by thread. */
    leafValues: [Float64Array, threads * leaves],
    /** Gradient and Hessian of each row as whole numbers of 64 bits; the upper 16 bits of the Hessian hold 1 where rows are counted there. */
    records: [Int32Array, (rows + 1) * 4],
    /** Bins, feature after feature. */
    columns: [Uint8Array, features * rows],
    /** The cells of its bundles, row after row; there may be fewer bundles than features. */
    lines: [Uint8Array, rows * lineStride(features)],
    weight: [Float64Array, isWeighted ? rows : 0],
    /** The rows' numbers before those of weight 0 were left out. */
    numbers: [Uint32Array, isSampled ? rows : 0],
    /** What each row counts for, in the form of a record. */
    countRecords: [Int32Array, hasCounts ? rows * 4 : 0],
    /** Rows, by thread and within it by node. */
    index: [Uint32Array, rows],
    scratch: [Uint32Array, rows],
    /** By thread: the kernel's histogram, its sums, the block in work, and the sums of all its rows. */
    packed: [Int32Array, threads * padded * 4],
    sums: [Float64Array, threads * sums],
    ordered: [Int32Array, threads * (rowsPerBlock + 4) * 4],
    totals: [Float64Array, threads * 8],
    /** Weight that reached each leaf, by thread. */
    leafWeights: [Float64Array, isWeighted && !hasCounts ? threads * leaves : 0],
    histograms: [Float64Array, slots * sums],
    /** Best splits of the left and of the right child, by feature. */
    best: [Float64Array, 2 * features * bestFields],
  } as const;
}

type Regions = ReturnType<typeof regionsOf>;
/** A fit's memory, seen as arrays. */
export type Views = { readonly [Name in keyof Regions]: InstanceType<Regions[Name][0]> };

/** The first bytes stay empty, so that no address is 0. */
const start = 64;
const alignment = 64;
const pageBytes = 65_536;
const mostPages = 65_536;

/** Memory for a fit, shared by its threads. Throws a UserError when it would take more than 4 GB. */
export function allocate(shape: Shape): WebAssembly.Memory {
  const bytes = Object.values(regionsOf(shape)).reduce((sum, [type, length]) => after(sum, type.BYTES_PER_ELEMENT * length), start);
  const pages = Math.ceil(bytes / pageBytes) + 1;
  if (pages > mostPages) {
    const [rows, features] = [shape.rows.toLocaleString("en"), shape.features];
    throw new UserError(
      "too_many_rows",
      `${rows} rows of ${features} features need ${(bytes / 2 ** 30).toFixed(1)} GB; a fit takes at most 4: fit on a part of the rows`,
    );
  }
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The arrays of a fit in its memory. */
export function viewsOf(memory: WebAssembly.Memory, shape: Shape): Views {
  let at = start;
  const entries = Object.entries(regionsOf(shape)).map(([name, [type, length]]) => {
    const view = new type(memory.buffer as SharedArrayBuffer & ArrayBuffer, at, length);
    at = after(at, view.byteLength);
    return [name, view];
  });
  return Object.fromEntries(entries) as Views;
}

function after(at: number, bytes: number): number {
  return Math.ceil((at + bytes) / alignment) * alignment;
}
