import { readFileSync } from "node:fs";
import { projectFile } from "../domain/project-files.ts";

/** Sums of X' W X over blocks of rows. */
export interface WeightedProducts {
  /** Room for a block of rows: column after column, `rows` apart. */
  block: Float64Array;
  /** Adds the first `count` rows of the block, each with its weight. */
  add(weights: Float64Array, count: number): void;
  /** The sums so far: symmetric, row-major, `width` x `width`. They begin at zero again. */
  take(): Float64Array;
}

type AddProducts = (weighted: number, block: number, bytes: number, stride: number, width: number, sums: number) => void;

const compiled = new WebAssembly.Module(readFileSync(projectFile("src/training/weighted-products.wasm")));
const pageBytes = 65_536;

/** Room for blocks of `rows` rows (an even number) and `width` columns. */
export function weightedProducts(width: number, rows: number): WeightedProducts {
  const padded = Math.ceil(width / 4) * 4;
  const [cells, squares] = [padded * rows, padded * padded];
  const memory = new WebAssembly.Memory({ initial: Math.ceil((8 * (2 * cells + squares)) / pageBytes) });
  const { exports } = new WebAssembly.Instance(compiled, { memory: { own: memory } });
  const addProducts = exports.addProducts as AddProducts;
  const block = new Float64Array(memory.buffer, 0, cells);
  const weighted = new Float64Array(memory.buffer, 8 * cells, cells);
  const sums = new Float64Array(memory.buffer, 16 * cells, squares);
  return {
    block,
    add(weights, count) {
      for (let column = 0; column < width; column++) {
        const start = column * rows;
        for (let row = 0; row < count; row++) weighted[start + row] = block[start + row]! * weights[row]!;
        weighted.fill(0, start + count, start + rows);
      }
      addProducts(weighted.byteOffset, block.byteOffset, 8 * rows, 8 * rows, padded, sums.byteOffset);
    },
    take() {
      const taken = new Float64Array(width * width);
      for (let i = 0; i < width; i++) for (let j = i; j < width; j++) taken[i * width + j] = taken[j * width + i] = sums[i * padded + j]!;
      sums.fill(0);
      return taken;
    },
  };
}
