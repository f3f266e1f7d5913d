import fc from "fast-check";
import type { Predictions } from "../../src/training/predictions.ts";

/** Predictions row by row. */
export function rows(...pairs: [label: 0 | 1, score: number, weight?: number][]): Predictions {
  const weight = pairs.some((pair) => pair[2] !== undefined) ? Float64Array.from(pairs, (pair) => pair[2] ?? 1) : undefined;
  return { label: Uint8Array.from(pairs, (pair) => pair[0]), score: Float64Array.from(pairs, (pair) => pair[1]), weight };
}

/** Rows with many ties and whole weights, in which both outcomes occur. */
export const anyRows = fc
  .array(fc.tuple(fc.constantFrom<0 | 1>(0, 1), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 2,
    maxLength: 40,
  })
  .filter((list) => list.some(([label]) => label === 1) && list.some(([label]) => label === 0))
  .map((list) => rows(...list.map(([label, eighths, weight]): [0 | 1, number, number] => [label, eighths / 8, weight])));

/** Each row as often as its weight says, without weights. */
export function copies({ label, score, weight }: Predictions): Predictions {
  const list: [0 | 1, number][] = [];
  label.forEach((event, row) => {
    for (let copy = 0; copy < (weight?.[row] ?? 1); copy++) list.push([event as 0 | 1, score[row]!]);
  });
  return rows(...list);
}

/** Outcome and score of each row. */
export function withoutWeights({ label, score }: Predictions): [event: number, score: number][] {
  return Array.from(label, (event, row) => [event, score[row]!]);
}
