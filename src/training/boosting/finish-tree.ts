import type { GrownNode } from "./grow.ts";
import { binSlots, missingBin } from "./memory.ts";
import type { Tree } from "./tree.ts";
import type { Work } from "./work.ts";

/** Nodes of a grown tree, each before its left and then its right subtree. */
export function nodesOf(root: GrownNode): GrownNode[] {
  const nodes: GrownNode[] = [];
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node);
    if (node.children !== null) waiting.push(node.children[1], node.children[0]);
  }
  return nodes;
}

/** Notes each of this thread's rows' leaf, of those the tree was grown on and of the others, and what the leaves add: the next round's start adds it. */
export function markLeaves(work: Work, root: GrownNode, drawn: number): void {
  const { views, shape, settings, crew, kernel, start, own } = work;
  const leaves = nodesOf(root).filter(({ children }) => children === null);
  for (const [number, leaf] of leaves.entries()) {
    kernel.mark(leaf.from, leaf.rows, number);
    views.leafValues[crew.thread * shape.leaves + number] = leaf.value * settings.learningRate;
  }
  if (drawn === own) return;
  const numbers = new Map(leaves.map((leaf, number) => [leaf, number]));
  for (let at = start + drawn; at < start + own; at++) {
    const row = views.index[at]!;
    views.leaf[row] = numbers.get(leafOfRow(work, root, row))!;
  }
}

function leafOfRow({ views, shape }: Work, root: GrownNode, row: number): GrownNode {
  let node = root;
  while (node.children !== null) {
    const { feature, bin, isMissingLeft } = node.split!;
    const value = views.columns[feature * shape.rows + row]!;
    node = node.children[(value === missingBin ? isMissingLeft : value <= bin) ? 0 : 1];
  }
  return node;
}

/** Sums of the weights of this thread's rows in each leaf, where nodes count rows. */
export function sumLeafWeights({ views, crew, shape }: Work, root: GrownNode): void {
  if (views.leafWeights.length === 0) return;
  let at = crew.thread * shape.leaves;
  for (const leaf of nodesOf(root)) {
    if (leaf.children !== null) continue;
    let sum = 0;
    for (let place = leaf.from; place < leaf.from + leaf.rows; place++) sum += views.weight[views.index[place]!]!;
    views.leafWeights[at++] = sum;
  }
}

/** The tree for use, in the order of `nodesOf`. */
export function treeOf(work: Work, root: GrownNode): Tree {
  const { views, settings } = work;
  const nodes = nodesOf(root);
  const weights = nodeWeights(work, nodes);
  const place = new Map(nodes.map((node, at) => [node, at]));
  const isLeaf = ({ children }: GrownNode) => children === null;
  const thresholdOf = ({ split, children }: GrownNode) => {
    if (children === null) return 0;
    const { feature, bin } = split!;
    return bin === views.binCount[feature]! - 1 ? Infinity : views.thresholds[feature * binSlots + bin]!;
  };
  return {
    feature: Int32Array.from(nodes, (node) => (isLeaf(node) ? -1 : node.split!.feature)),
    threshold: Float64Array.from(nodes, thresholdOf),
    isMissingLeft: Uint8Array.from(nodes, (node) => (!isLeaf(node) && node.split!.isMissingLeft ? 1 : 0)),
    left: Int32Array.from(nodes, ({ children }) => (children === null ? -1 : place.get(children[0])!)),
    right: Int32Array.from(nodes, ({ children }) => (children === null ? -1 : place.get(children[1])!)),
    value: Float64Array.from(nodes, (node) => (isLeaf(node) ? node.value * settings.learningRate : 0)),
    weight: weights,
    gain: Float64Array.from(nodes, (node) => (isLeaf(node) ? 0 : node.split!.gain)),
  };
}

function nodeWeights({ views, shape }: Work, nodes: GrownNode[]): Float64Array {
  if (views.leafWeights.length === 0) return Float64Array.from(nodes, ({ count }) => count);
  const weight = new Map<GrownNode, number>();
  let leaf = 0;
  for (const node of nodes)
    if (node.children === null) {
      let sum = 0;
      for (let thread = 0; thread < shape.threads; thread++) sum += views.leafWeights[thread * shape.leaves + leaf]!;
      weight.set(node, sum);
      leaf += 1;
    }
  for (const node of nodes.toReversed())
    if (node.children !== null) weight.set(node, weight.get(node.children[0])! + weight.get(node.children[1])!);
  return Float64Array.from(nodes, (node) => weight.get(node)!);
}
