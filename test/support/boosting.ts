import { type BoostedModel, marginOf } from "../../src/training/boosting/tree.ts";
import { seededRandom } from "../../src/training/random.ts";
import type { TrainingRows } from "../../src/training/training-rows.ts";

/** Rows whose risk rises with children and debt and falls with income, in corners more than the sum; `visits` is unknown for many, and that says something. */
export function families(seed: number, size: number, weigh: (random: () => number) => number | null = () => null): TrainingRows {
  const random = seededRandom(seed);
  const names = ["children", "income", "debt", "visits", "noise"];
  const columns = names.map(() => new Float64Array(size));
  const label = new Uint8Array(size);
  const weight = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const [children, income, debt] = [
      Math.floor(5 * random()),
      Math.round(1000 * random()),
      random() < 0.2 ? Number.NaN : Math.round(100 * random()) / 100,
    ];
    const visits = random() < 0.4 ? Number.NaN : Math.floor(8 * random());
    [children, income, debt, visits, random()].forEach((value, column) => {
      columns[column]![row] = value;
    });
    const margin = -2 + 0.5 * children - income / 300 + (debt > 0.5 && income < 500 ? 2 : 0) + (Number.isNaN(visits) ? 1.5 : 0);
    label[row] = random() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    weight[row] = weigh(random) ?? 1;
  }
  return { names, columns, label, ...(weigh(random) === null ? {} : { weight }) };
}

/** The rows picked, in the order given. */
export function pickRows({ names, columns, label, weight }: TrainingRows, rows: ArrayLike<number>): TrainingRows {
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
  return { names, columns: columns.map(pick), label: Uint8Array.from(rows, (row) => label[row]!), weight: weight && pick(weight) };
}

/** The values of one row, in the model's order. */
export function rowOf({ names, columns }: TrainingRows, { features }: BoostedModel, row: number): number[] {
  return features.map((name) => columns[names.indexOf(name)]![row]!);
}

/** Log-odds of all rows. */
export function marginsOf(rows: TrainingRows, model: BoostedModel): number[] {
  return Array.from(rows.label, (_, row) => marginOf(model, rowOf(rows, model, row)));
}
