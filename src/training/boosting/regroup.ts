import { fillLines } from "./bin-columns.ts";
import { writeCounts } from "./gradients.ts";
import type { Work } from "./work.ts";

/**
 * Puts the rows into the order of their leaves. Later trees split by much the same features, so that a node's rows then lie close together in memory;
 * nothing else depends on their order. All threads do it together, each for its part of the arrays.
 */
export function regroupRows(work: Work): void {
  const { crew, shape, views, bundles, stride } = work;
  if (crew.thread === 0) orderByLeaf(work);
  crew.meet();
  const columns = Array.from({ length: shape.features }, (_, feature) =>
    views.columns.subarray(feature * shape.rows, (feature + 1) * shape.rows),
  );
  const arrays = [views.margin, views.leaf, views.label, views.weight, views.numbers, ...columns];
  for (const [place, array] of arrays.entries())
    if (place % shape.threads === crew.thread && array.length > 0) reorder(array, views.scratch);
  crew.meet();
  fillLines(work, bundles, stride);
  if (shape.hasCounts) writeCounts(work);
}

/** Writes the rows' numbers by leaf, and within it ascending, to `scratch`. */
function orderByLeaf({ views, shape }: Work): void {
  const next = new Uint32Array(shape.leaves + 1);
  for (let row = 0; row < shape.rows; row++) next[views.leaf[row]! + 1]! += 1;
  for (let leaf = 0; leaf < shape.leaves; leaf++) next[leaf + 1]! += next[leaf]!;
  for (let row = 0; row < shape.rows; row++) views.scratch[next[views.leaf[row]!]!++] = row;
}

function reorder(array: Uint8Array | Uint16Array | Uint32Array | Float64Array, order: Uint32Array): void {
  const before = array.slice(0, order.length);
  for (let place = 0; place < order.length; place++) array[place] = before[order[place]!]!;
}
