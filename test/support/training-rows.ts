import { type LogisticModel, marginOf } from "../../src/training/logistic-model.ts";
import { seededRandom } from "../../src/training/random.ts";
import type { TrainingRows } from "../../src/training/training-rows.ts";

/** Rows to learn from, as columns; null is unknown. */
export function rowsOf(columns: Record<string, (number | null)[]>, label: number[], weight?: number[]): TrainingRows {
  return {
    names: Object.keys(columns),
    columns: Object.values(columns).map((values) => Float64Array.from(values, (value) => value ?? Number.NaN)),
    label: Uint8Array.from(label),
    weight: weight && Float64Array.from(weight),
  };
}

/** 600 rows: children raises the risk, income lowers it, debt is unknown for some, noise does nothing. */
export function population(seed = 1, size = 600): TrainingRows {
  const random = seededRandom(seed);
  const columns: Record<string, (number | null)[]> = { children: [], income: [], debt: [], noise: [] };
  const label: number[] = [];
  for (let row = 0; row < size; row++) {
    const [children, income, debt] = [Math.floor(5 * random()), 100 * random(), random() < 0.2 ? null : random()];
    columns["children"]!.push(children);
    columns["income"]!.push(income);
    columns["debt"]!.push(debt);
    columns["noise"]!.push(random());
    label.push(random() < 1 / (1 + Math.exp(2 - 0.5 * children + 0.03 * income - 2 * (debt ?? 0.5))) ? 1 : 0);
  }
  return rowsOf(columns, label);
}

/** The penalised loss written out from its definition, over rows as the model sees them. */
export function loss(model: LogisticModel, { columns, label, weight }: TrainingRows, l2: number): number {
  let sum = 0;
  for (let row = 0; row < label.length; row++) {
    const values = columns.map((column) => column[row]!);
    const p = 1 / (1 + Math.exp(-marginOf(model, values)));
    sum -= (weight?.[row] ?? 1) * Math.log(label[row] === 1 ? p : 1 - p);
  }
  for (const term of model.terms) sum += (l2 / 2) * (term.coefficient ** 2 + (term.missing?.coefficient ?? 0) ** 2);
  return sum;
}

/** The model with one coefficient moved. */
export function moved(model: LogisticModel, term: number, by: number, part: "coefficient" | "missing"): LogisticModel {
  const copy = structuredClone(model);
  if (part === "coefficient") copy.terms[term]!.coefficient += by;
  else if (copy.terms[term]!.missing !== null) copy.terms[term]!.missing!.coefficient += by;
  return copy;
}
