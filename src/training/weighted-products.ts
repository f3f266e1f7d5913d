/** A block of rows, column after column, with a weight for each row. */
export interface WeightedBlock {
  block: Float64Array;
  /** Room for the block times its weights. */
  weighted: Float64Array;
  curve: Float64Array;
  count: number;
  /** Distance between columns. */
  stride: number;
  width: number;
}

/** Adds X' W X of the block to a symmetric matrix (row-major, both halves), in tiles of 2 x 4 columns held in registers. */
export function addWeightedProducts(given: WeightedBlock, sums: Float64Array): void {
  const { block, weighted, curve, count, stride, width } = given;
  for (let column = 0; column < width; column++) {
    const start = column * stride;
    for (let row = 0; row < count; row++) weighted[start + row] = block[start + row]! * curve[row]!;
  }
  for (let left = 0; left < width; left += 2)
    for (let right = left - (left % 4); right < width; right += 4) {
      if (left + 2 <= width && right + 4 <= width) addTile(given, left, right, sums);
      else addEdge(given, left, right, sums);
    }
}

function addTile({ block, weighted, count, stride, width }: WeightedBlock, left: number, right: number, sums: Float64Array): void {
  const [l0, l1] = [left * stride, (left + 1) * stride];
  const [r0, r1, r2, r3] = [right * stride, (right + 1) * stride, (right + 2) * stride, (right + 3) * stride];
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let row = 0; row < count; row++) {
    const a0 = weighted[l0 + row]!;
    const a1 = weighted[l1 + row]!;
    const b0 = block[r0 + row]!;
    const b1 = block[r1 + row]!;
    const b2 = block[r2 + row]!;
    const b3 = block[r3 + row]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
  }
  const found = [s00, s01, s02, s03, s10, s11, s12, s13];
  for (let index = 0; index < 8; index++) addBoth(sums, width, left + (index >> 2), right + (index & 3), found[index]!);
}

/** The pairs at the matrix's rim, where a whole tile does not fit. */
function addEdge({ block, weighted, count, stride, width }: WeightedBlock, left: number, right: number, sums: Float64Array): void {
  for (let i = left; i < Math.min(left + 2, width); i++)
    for (let j = right; j < Math.min(right + 4, width); j++) {
      let sum = 0;
      for (let row = 0; row < count; row++) sum += weighted[i * stride + row]! * block[j * stride + row]!;
      addBoth(sums, width, i, j, sum);
    }
}

/** Each pair once: tiles on the diagonal see some pairs from both sides. */
function addBoth(sums: Float64Array, width: number, i: number, j: number, sum: number): void {
  if (j < i) return;
  sums[i * width + j]! += sum;
  if (j > i) sums[j * width + i]! += sum;
}
