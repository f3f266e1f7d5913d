import type { Cell } from "../../src/scoring/permutation-shapley.ts";

export type Formula = (row: readonly Cell[]) => number;

/** Shapley values by their definition: over every order of the features and every background row. */
export function exactly(formula: Formula, row: readonly Cell[], background: readonly (readonly Cell[])[]): number[] {
  const orders = permutations(row.map((_, feature) => feature));
  const parts = row.map(() => 0);
  for (const from of background)
    for (const order of orders) {
      const walked = [...from];
      for (const feature of order) {
        const before = formula(walked);
        walked[feature] = row[feature] as Cell;
        parts[feature]! += (formula(walked) - before) / (orders.length * background.length);
      }
    }
  return parts;
}

function permutations(list: readonly number[]): number[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first) => permutations(list.filter((each) => each !== first)).map((rest) => [first, ...rest]));
}
