import { readFileSync } from "node:fs";
import { projectFile } from "../../domain/project-files.ts";
import { binSlots, type Shape, type Views } from "./memory.ts";

/** The trainer's inner loops for one thread. */
export interface Kernel {
  /** Adds the values of the last tree's leaves to the log-odds of the rows [from, until), and writes their gradients and Hessians there, in parts of 2^-30, to `records`. */
  gradients(from: number, until: number): void;
  /** Adds gradient, Hessian and count of the thread's rows at `index[from .. from + count)` to the thread's sums, of every bundle. */
  addRows(from: number, count: number): void;
  /** Puts the rows of `index[from .. from + count)` that go left first, each side in the order it had; gives their number. */
  partition(from: number, count: number, split: { feature: number; bin: number; isMissingLeft: boolean }): number;
  /** Notes that the rows at `index[from .. from + count)` are in the leaf of this number. */
  mark(from: number, count: number, leaf: number): void;
}

/** What a whole unit of the records' numbers is worth. */
export interface Units {
  gradient: number;
  count: number;
}

/** What a thread's kernel works on. */
export interface Setting {
  memory: WebAssembly.Memory;
  views: Views;
  shape: Shape;
  thread: number;
  units: Units;
  /** Bundles, and bytes from one row's cells to the next. */
  bundles: number;
  stride: number;
}

/** Rows whose counts and Hessians fit the 16 and 48 bits of a packed number. */
const rowsBeforeDrain = 32_768;

interface Exports {
  addRows(
    lines: number,
    stride: number,
    bundles: number,
    index: number,
    count: number,
    records: number,
    ordered: number,
    packed: number,
  ): void;
  drain(packed: number, cells: number, unit: number, sums: number): void;
  drainCounts(packed: number, cells: number, unit: number, sums: number): void;
  gradients(from: number, until: number, margin: number, leaf: number, values: number, label: number, records: number): void;
  mark(leaf: number, index: number, count: number, number: number): void;
  partition(column: number, index: number, count: number, shift: number, last: number, scratch: number): number;
}

/** The kernel in WebAssembly (kernel.wat); plain-kernel.ts has the same in JavaScript. */
export function compiledKernel({ memory, views, shape, thread, units, bundles, stride }: Setting): Kernel {
  const module = new WebAssembly.Module(readFileSync(projectFile("src/training/boosting/kernel.wasm")));
  const wasm = new WebAssembly.Instance(module, { memory: { shared: memory } }).exports as unknown as Exports;
  const cells = bundles * binSlots;
  const lines = views.lines.byteOffset;
  const packed = views.packed.byteOffset + (views.packed.byteLength / shape.threads) * thread;
  const ordered = views.ordered.byteOffset + (views.ordered.byteLength / shape.threads) * thread;
  const sums = views.sums.byteOffset + (views.sums.byteLength / shape.threads) * thread;
  const add = (from: number, count: number, { byteOffset }: Int32Array) =>
    wasm.addRows(lines, stride, bundles, views.index.byteOffset + 4 * from, count, byteOffset, ordered, packed);
  const values = views.leafValues.byteOffset + (views.leafValues.byteLength / shape.threads) * thread;
  const { margin, leaf, label, records, index } = views;
  return {
    gradients(from, until) {
      wasm.gradients(from, until, margin.byteOffset, leaf.byteOffset, values, label.byteOffset, records.byteOffset);
    },
    mark(from, count, number) {
      wasm.mark(leaf.byteOffset, index.byteOffset + 4 * from, count, number);
    },
    addRows(from, count) {
      for (let start = from; start < from + count; start += rowsBeforeDrain) {
        const some = Math.min(rowsBeforeDrain, from + count - start);
        add(start, some, records);
        wasm.drain(packed, cells, units.gradient, sums);
        if (!shape.hasCounts) continue;
        add(start, some, views.countRecords);
        wasm.drainCounts(packed, cells, units.count, sums);
      }
    },
    partition(from, count, { feature, bin, isMissingLeft }) {
      const shift = isMissingLeft ? 1 : 0;
      const [rows, scratch] = [index.byteOffset + 4 * from, views.scratch.byteOffset + 4 * from];
      return wasm.partition(views.columns.byteOffset + feature * shape.rows, rows, count, shift, bin + shift, scratch);
    },
  };
}
