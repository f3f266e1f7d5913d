import { markLeaves, sumLeafWeights } from "./finish-tree.ts";
import { startRound } from "./gradients.ts";
import { type GrownNode, growTree } from "./grow.ts";
import type { Work } from "./work.ts";

/** One round of boosting: gradients at the log-odds so far, and a tree. Round 0 is the first. */
export function playRound(work: Work, round: number): GrownNode {
  const drawn = startRound(work, round);
  const root = growTree(work, round, drawn);
  markLeaves(work, root, drawn);
  sumLeafWeights(work, root);
  work.crew.meet();
  return root;
}
