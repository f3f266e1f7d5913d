import { UserError } from "../../domain/errors.ts";
import { logisticLoss } from "../sigmoid.ts";
import { requireTrainable, type TrainingRows } from "../training-rows.ts";
import type { StopEarly } from "./boost.ts";
import { leafOf, type Tree } from "./tree.ts";

/** Follows the loss on rows that no tree is grown on. */
export interface Watch {
  /** Mean log loss before the first round and after each. */
  losses: number[];
  /** Takes in a round's tree (null when the round had none). */
  add(tree: Tree | null): void;
  /** How many trees there were when the loss was smallest. */
  treesAtBest(): number;
  isOver(): boolean;
}

/** Checks the later rows against the model's features and starts at the log-odds `base`. */
export function watchLoss({ rows, patience = 10, tolerance = 1e-7 }: StopEarly, features: readonly string[], base: number): Watch {
  if (!(Number.isInteger(patience) && patience >= 1))
    throw new UserError("bad_option", `stopEarly, patience ${patience}: give a whole number from 1 up`);
  if (!(tolerance >= 0)) throw new UserError("bad_option", `stopEarly, tolerance ${tolerance}: give a number from 0 up`);
  requireUsable(rows);
  const columns = features.map((name) => {
    const index = rows.names.indexOf(name);
    if (index < 0) throw new UserError("bad_option", `stopEarly, rows: there is no column ${name}`);
    return rows.columns[index]!;
  });
  const margin = new Float64Array(rows.label.length).fill(base);
  const meanLoss = () => {
    let [sum, all] = [0, 0];
    for (let row = 0; row < margin.length; row++) {
      const weight = rows.weight?.[row] ?? 1;
      sum += weight * logisticLoss(margin[row]!, rows.label[row]!);
      all += weight;
    }
    return sum / all;
  };
  const losses = [meanLoss()];
  let [best, trees, treesAtBest] = [0, 0, 0];
  const add = (tree: Tree | null) => {
    if (tree !== null) {
      addTree(tree, columns, margin);
      trees += 1;
    }
    losses.push(tree === null ? losses.at(-1)! : meanLoss());
    if (losses.at(-1)! < losses[best]! - tolerance) [best, treesAtBest] = [losses.length - 1, trees];
  };
  return { losses, add, treesAtBest: () => treesAtBest, isOver: () => losses.length - 1 - best >= patience };
}

function requireUsable(rows: TrainingRows): void {
  try {
    requireTrainable(rows);
  } catch (problem) {
    if (problem instanceof UserError) throw new UserError(problem.code, `stopEarly, rows: ${problem.message}`, { cause: problem });
    throw problem;
  }
}

function addTree(tree: Tree, columns: readonly Float64Array[], margin: Float64Array): void {
  const values = new Float64Array(columns.length);
  for (let row = 0; row < margin.length; row++) {
    for (let feature = 0; feature < values.length; feature++) values[feature] = columns[feature]![row]!;
    margin[row]! += tree.value[leafOf(tree, values)]!;
  }
}
