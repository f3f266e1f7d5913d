import { readFileSync } from "node:fs";
import { projectFile } from "../../domain/project-files.ts";
import { binSlots, lineStride, type Shape, sumsPerBin, type Views } from "./memory.ts";

/** The trainer's inner loops for one thread. */
export interface Kernel {
  /** Adds gradient, Hessian and count of the thread's rows at `index[from .. from + count)` to the thread's sums, of every feature. */
  addRows(from: number, count: number): void;
  /** Puts the rows of `index[from .. from + count)` that go left first, each side in the order it had; gives their number. */
  partition(from: number, count: number, split: { feature: number; bin: number; isMissingLeft: boolean }): number;
}

/** What a whole unit of the records' numbers is worth. */
export interface Units {
  gradient: number;
  count: number;
}

/** Rows whose counts and Hessians fit the 16 and 48 bits of a packed number. */
const rowsBeforeDrain = 32_768;

interface Exports {
  addRows(
    lines: number,
    stride: number,
    features: number,
    index: number,
    count: number,
    records: number,
    ordered: number,
    packed: number,
  ): void;
  drain(packed: number, bins: number, unit: number, sums: number): void;
  drainCounts(packed: number, bins: number, unit: number, sums: number): void;
  partition(column: number, index: number, count: number, shift: number, last: number, scratch: number): number;
}

/** The kernel in WebAssembly (kernel.wat). */
export function compiledKernel(memory: WebAssembly.Memory, views: Views, shape: Shape, thread: number, units: Units): Kernel {
  const module = new WebAssembly.Module(readFileSync(projectFile("src/training/boosting/kernel.wasm")));
  const wasm = new WebAssembly.Instance(module, { memory: { shared: memory } }).exports as unknown as Exports;
  const { features, rows } = shape;
  const bins = features * binSlots;
  const lines = views.lines.byteOffset;
  const packed = views.packed.byteOffset + (views.packed.byteLength / shape.threads) * thread;
  const ordered = views.ordered.byteOffset + (views.ordered.byteLength / shape.threads) * thread;
  const sums = views.sums.byteOffset + bins * sumsPerBin * 8 * thread;
  const add = (from: number, count: number, { byteOffset }: Int32Array) =>
    wasm.addRows(lines, lineStride(features), features, views.index.byteOffset + 4 * from, count, byteOffset, ordered, packed);
  return {
    addRows(from, count) {
      for (let start = from; start < from + count; start += rowsBeforeDrain) {
        const some = Math.min(rowsBeforeDrain, from + count - start);
        add(start, some, views.records);
        wasm.drain(packed, bins, units.gradient, sums);
        if (!shape.hasCounts) continue;
        add(start, some, views.countRecords);
        wasm.drainCounts(packed, bins, units.count, sums);
      }
    },
    partition(from, count, { feature, bin, isMissingLeft }) {
      const shift = isMissingLeft ? 1 : 0;
      const [index, scratch] = [views.index.byteOffset + 4 * from, views.scratch.byteOffset + 4 * from];
      return wasm.partition(views.columns.byteOffset + feature * rows, index, count, shift, bin + shift, scratch);
    },
  };
}

/** The same in JavaScript: the same numbers, more slowly. */
export function plainKernel(views: Views, shape: Shape, thread: number, units: Units): Kernel {
  const { features, rows, hasCounts } = shape;
  const { index, scratch, records, countRecords, lines, columns } = views;
  const stride = lineStride(features);
  const own = features * binSlots * sumsPerBin;
  const sums = views.sums.subarray(thread * own, (thread + 1) * own);
  return {
    addRows(from, count) {
      for (let at = from; at < from + count; at++) {
        const row = index[at]!;
        const gradient = wholeAt(records, 4 * row) * units.gradient;
        const upper = records[4 * row + 3]!;
        const hessian = ((upper & 0xffff) * 2 ** 32 + (records[4 * row + 2]! >>> 0)) * units.gradient;
        const counted = hasCounts ? wholeAt(countRecords, 4 * row) * units.count : upper >>> 16;
        for (let feature = 0; feature < features; feature++) {
          const bin = (feature * binSlots + lines[row * stride + feature]!) * sumsPerBin;
          sums[bin]! += gradient;
          sums[bin + 1]! += hessian;
          sums[bin + 2]! += counted;
        }
      }
    },
    partition(from, count, { feature, bin, isMissingLeft }) {
      const shift = isMissingLeft ? 1 : 0;
      let [left, right] = [from, from];
      for (let at = from; at < from + count; at++) {
        const row = index[at]!;
        if (((columns[feature * rows + row]! + shift) & 255) <= bin + shift) index[left++] = row;
        else scratch[right++] = row;
      }
      index.set(scratch.subarray(from, right), left);
      return left - from;
    },
  };
}

/** A signed whole number of 64 bits, below 2^53. */
function wholeAt(words: Int32Array, at: number): number {
  return words[at + 1]! * 2 ** 32 + (words[at]! >>> 0);
}
