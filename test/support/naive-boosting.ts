import type { Direction, TrainingRows } from "../../src/training/training-rows.ts";

export interface NaiveSettings {
  rounds: number;
  learningRate: number;
  leaves: number | null;
  depth: number | null;
  l2: number;
  minSamplesLeaf: number;
  minHessianLeaf: number;
  directions: Readonly<Record<string, Direction>>;
  interactions: readonly (readonly string[])[];
}

/** A node that knows its rows; sums are taken anew for each thing that is asked. */
interface Node {
  rows: number[];
  depth: number;
  value: number;
  bounds: [number, number];
  path: string[];
}
type Candidate = { gain: number; feature: string; sides: [number[], number[]]; values: [number, number] };

/** Boosting by its definition, without bins or histograms: every midpoint of neighbouring values of a feature is tried, the unknown on either side. Gives the log-odds of the rows. */
export function naiveBoosting({ names, columns, label, weight }: TrainingRows, settings: NaiveSettings): number[] {
  const { rounds, learningRate, leaves, depth, l2, minSamplesLeaf, minHessianLeaf, directions, interactions } = settings;
  const all = Array.from(label, (_, row) => row);
  const sum = (rows: number[], of: (row: number) => number) => rows.reduce((total, row) => total + of(row), 0);
  const weightOf = (row: number) => weight?.[row] ?? 1;
  const share = sum(all, (row) => weightOf(row) * label[row]!) / sum(all, weightOf);
  const margin = all.map(() => Math.log(share / (1 - share)));
  const probability = (row: number) => 1 / (1 + Math.exp(-margin[row]!));
  const gradient = (rows: number[]) => sum(rows, (row) => weightOf(row) * (probability(row) - label[row]!));
  const hessian = (rows: number[]) => sum(rows, (row) => weightOf(row) * probability(row) * (1 - probability(row)));
  const stepOf = (rows: number[], [lower, upper]: Node["bounds"]) =>
    Math.min(upper, Math.max(lower, -gradient(rows) / (hessian(rows) + l2)));
  const isAllowed = (path: string[], name: string) => interactions.some((group) => [...path, name].every((each) => group.includes(each)));
  const splitsOf = (column: Float64Array, rows: number[]): [number[], number[]][] => {
    const distinct = [...new Set(column.filter((value) => !Number.isNaN(value)))].sort((a, b) => a - b);
    const unknown = rows.filter((row) => Number.isNaN(column[row]!));
    const ends = distinct.map((value, place) => (value + (distinct[place + 1] ?? Infinity)) / 2);
    return ends.flatMap((end) => {
      const [low, high] = [rows.filter((row) => column[row]! <= end), rows.filter((row) => column[row]! > end)];
      return [[low, [...high, ...unknown]] as [number[], number[]], [[...low, ...unknown], high] as [number[], number[]]];
    });
  };
  const bestOf = (node: Node): Candidate | null => {
    let best: Candidate | null = null;
    for (const [place, feature] of names.entries()) {
      if (!isAllowed(node.path, feature)) continue;
      for (const sides of splitsOf(columns[place]!, node.rows)) {
        if (sides.some((rows) => sum(rows, weightOf) < minSamplesLeaf || hessian(rows) < minHessianLeaf)) continue;
        const values = sides.map((rows) => stepOf(rows, node.bounds)) as [number, number];
        const rise = directions[feature] === "+" ? values[1] - values[0] : directions[feature] === "-" ? values[0] - values[1] : 0;
        const gain = node.value * gradient(node.rows) - values[0] * gradient(sides[0]) - values[1] * gradient(sides[1]);
        if (rise >= 0 && gain > 1e-9 + (best?.gain ?? 0)) best = { gain, feature, sides, values };
      }
    }
    return best;
  };
  for (let round = 0; round < rounds; round++) {
    const open: Node[] = [{ rows: all, depth: 0, value: 0, bounds: [-Infinity, Infinity], path: [] }];
    const done: Node[] = [];
    while (open.length > 0) {
      const candidates = open.map((node) =>
        node.depth === (depth ?? Infinity) || open.length + done.length >= (leaves ?? Infinity) ? null : bestOf(node),
      );
      const gains = candidates.map((candidate) => candidate?.gain ?? 0);
      const chosen = gains.indexOf(Math.max(...gains));
      const [node, best] = [open.splice(chosen, 1)[0]!, candidates[chosen]];
      if (best === null || best === undefined) {
        done.push(node);
        continue;
      }
      const middle = (best.values[0] + best.values[1]) / 2;
      const direction = directions[best.feature] ?? "free";
      const [lower, upper] = node.bounds;
      const bounds: [Node["bounds"], Node["bounds"]] =
        direction === "free"
          ? [
              [lower, upper],
              [lower, upper],
            ]
          : direction === "+"
            ? [
                [lower, middle],
                [middle, upper],
              ]
            : [
                [middle, upper],
                [lower, middle],
              ];
      for (const side of [0, 1] as const)
        open.push({
          rows: best.sides[side],
          depth: node.depth + 1,
          value: best.values[side],
          bounds: bounds[side],
          path: [...node.path, best.feature],
        });
    }
    const steps = done.flatMap(({ rows, value }) => rows.map((row) => [row, value * learningRate] as const));
    for (const [row, step] of steps) margin[row]! += step;
  }
  return margin;
}
