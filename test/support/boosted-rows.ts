import { InferenceSession, Tensor } from "onnxruntime-node";
import { edgeValues } from "../../src/training/boosting/edge-values.ts";
import type { BoostedModel } from "../../src/training/boosting/tree.ts";
import { seededRandom } from "../../src/training/random.ts";

/** Rows of values at thresholds, one ulp beside them, unknown, infinite, and (half of them) anywhere between. */
export function edgeRows(model: BoostedModel, size: number, { onlyFinite } = { onlyFinite: false }): number[][] {
  const random = seededRandom(3);
  const edges = edgeValues(model).map((values) => (onlyFinite ? [...values] : [...values, Infinity, -Infinity]));
  const drawn = (values: number[]) => values[Math.floor(random() * values.length)]!;
  const between = (values: number[]) => {
    const [from, until] = [drawn(values), drawn(values)];
    return Number.isFinite(from) && Number.isFinite(until) ? from + random() * (until - from) : from;
  };
  return Array.from({ length: size }, (_, row) => edges.map((values) => (row % 2 === 0 ? drawn(values) : between(values))));
}

/** Log-odds and probabilities of rows by onnxruntime. */
export async function runOnnx(onnx: Uint8Array, rows: readonly (readonly number[])[]): Promise<Record<string, Float64Array>> {
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
  const width = rows[0]!.length;
  const matrix = new Float64Array(rows.length * width);
  for (const [row, values] of rows.entries()) matrix.set(values, row * width);
  const found = await session.run({ features: new Tensor("float64", matrix, [rows.length, width]) });
  await session.release();
  return Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, tensor.data as Float64Array]));
}
