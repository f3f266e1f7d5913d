import { gather, histogramAt, ownTotals, subtract } from "./histograms.ts";
import { bestFields } from "./memory.ts";
import { drawFeatures } from "./sampling.ts";
import { bestSplit, findSplit, type NodeSums, nodeValue, type Split } from "./split.ts";
import type { Work } from "./work.ts";

/** A node while its tree grows. Every thread grows the same nodes, each with its own rows. */
export interface GrownNode extends NodeSums {
  depth: number;
  /** This thread's rows: `index[from .. from + rows)`. */
  from: number;
  rows: number;
  /** Groups of features that may still stand below. */
  groups: number[][] | null;
  /** Its histogram, -1 when that is not kept. */
  slot: number;
  /** Its best split while it waits to be split; the one that was made once it has children. */
  split: Split | null;
  children: [left: GrownNode, right: GrownNode] | null;
}

/** A tree that grows: leaves that can be split wait in `open`. */
interface Growth {
  work: Work;
  features: number[];
  open: GrownNode[];
  freeSlots: number[];
  leaves: number;
}

/** Grows one tree on `rows` rows of this thread, the leaf with the largest gain first (the elder of equals), as scikit-learn's `TreeGrower`. Gives its root. */
export function growTree(work: Work, round: number, rows: number): GrownNode {
  const { settings, shape } = work;
  const features = drawFeatures(settings.seed, round, shape.features, settings.columnShare);
  const freeSlots = Array.from({ length: shape.slots }, (_, slot) => slot);
  const growth: Growth = { work, features, open: [], freeSlots, leaves: 1 };
  const root = startRoot(growth, rows);
  while (growth.open.length > 0 && growth.leaves < shape.leaves) {
    splitNode(growth, takeNext(growth));
    growth.leaves += 1;
  }
  return root;
}

function startRoot(growth: Growth, rows: number): GrownNode {
  const { work } = growth;
  const { crew, settings, shape, views, start } = work;
  work.kernel.addRows(start, rows);
  views.totals.set(ownTotals(work), 8 * crew.thread);
  crew.meet();
  const total = (which: number) =>
    Array.from({ length: shape.threads }, (_, thread) => views.totals[8 * thread + which]!).reduce((sum, each) => sum + each);
  const [gradient, hessian, count] = [total(0), total(1), total(2)];
  const bounds = { value: 0, lower: -Infinity, upper: Infinity };
  const place = { depth: 0, from: start, rows, groups: settings.groups, slot: takeSlot(growth), split: null, children: null };
  const root: GrownNode = { gradient, hessian, count, ...bounds, ...place };
  gather(work, root.slot);
  openNodes(growth, [root]);
  return root;
}

/** With a limit of leaves the largest gain first; without one the order means nothing, and the youngest first keeps the fewest histograms. */
function takeNext({ open, work }: Growth): GrownNode {
  if (work.settings.leaves === Infinity) return open.pop()!;
  let best = 0;
  for (let each = 1; each < open.length; each++) if (open[each]!.split!.gain > open[best]!.split!.gain) best = each;
  return open.splice(best, 1)[0]!;
}

function splitNode(growth: Growth, node: GrownNode): void {
  const { kernel, settings, crew } = growth.work;
  const split = node.split!;
  const isLast = growth.leaves + 1 === growth.work.shape.leaves || node.depth + 1 === settings.depth;
  const isOpenable = (child: GrownNode) => !isLast && child.count >= 2 * settings.minSamplesLeaf;
  const children = childrenOf(growth.work, node);
  const [left, right] = children;
  if (!growth.work.views.hasMissing[split.feature]) split.isMissingLeft = left.count > right.count;
  const openable = children.filter(isOpenable);
  if (openable.length > 0 && node.slot < 0) restore(growth, node);
  left.rows = kernel.partition(node.from, node.rows, split);
  right.rows = node.rows - left.rows;
  right.from = node.from + left.rows;
  node.children = children;
  if (openable.length === 0) {
    release(growth, node);
    return;
  }
  const [smaller, larger] = left.count < right.count ? [left, right] : [right, left];
  kernel.addRows(smaller.from, smaller.rows);
  smaller.slot = takeSlot(growth);
  larger.slot = node.slot;
  node.slot = -1;
  crew.meet();
  gather(growth.work, smaller.slot);
  subtract(growth.work, larger.slot, smaller.slot);
  openNodes(
    growth,
    children.filter(isOpenable),
    children.filter((child) => !isOpenable(child)),
  );
}

/** The two children with their sums, values and bounds, still without rows. Bounds as scikit-learn's: a monotone split parts them at the middle of the two values. */
function childrenOf({ settings }: Work, node: GrownNode): [GrownNode, GrownNode] {
  const { feature, gradient, hessian, count } = node.split!;
  const groups = node.groups?.filter((group) => group.includes(feature)) ?? null;
  const place = { depth: node.depth + 1, from: node.from, rows: 0, groups, slot: -1, split: null, children: null };
  const child = (sums: { gradient: number; hessian: number; count: number }): GrownNode => {
    const value = nodeValue(sums.gradient, sums.hessian, node, settings.l2);
    return { ...sums, value, lower: node.lower, upper: node.upper, ...place };
  };
  const left = child({ gradient, hessian, count });
  const right = child({ gradient: node.gradient - gradient, hessian: node.hessian - hessian, count: node.count - count });
  const direction = settings.directions[feature]!;
  if (direction !== "free") {
    const [below, above] = direction === "+" ? [left, right] : [right, left];
    below.upper = above.lower = (left.value + right.value) / 2;
  }
  return [left, right];
}

/** Finds the best split of each node (one or two, whose histograms stand); those that have one wait to be split, the others and `closed` give their histograms back. */
function openNodes(growth: Growth, nodes: GrownNode[], closed: GrownNode[] = []): void {
  const { work, features } = growth;
  const { views, shape, settings, crew } = work;
  const allowed = nodes.map(({ groups }) =>
    features.filter((feature) => groups === null || groups.some((group) => group.includes(feature))),
  );
  nodes.forEach((node, side) => {
    for (const feature of allowed[side]!) {
      if (work.isOwn[feature] === 0) continue;
      const [bins, hasMissing] = [views.binCount[feature]!, views.hasMissing[feature] === 1];
      const direction = settings.directions[feature]!;
      const histogram = { sums: views.histograms, at: histogramAt(work, node.slot, feature), bins, hasMissing, direction };
      findSplit(histogram, node, settings, views.best, (side * shape.features + feature) * bestFields);
    }
  });
  crew.meet();
  nodes.forEach((node, side) => {
    node.split = bestSplit(views.best, side * shape.features * bestFields, allowed[side]!);
    if (node.split === null) release(growth, node);
    else growth.open.push(node);
  });
  for (const node of closed) release(growth, node);
}

/** A free histogram; when there is none, that of the waiting node with the smallest gain, which is made again if the node comes to be split. */
function takeSlot(growth: Growth): number {
  const free = growth.freeSlots.pop();
  if (free !== undefined) return free;
  const kept = growth.open.filter((node) => node.slot >= 0);
  const loser = kept.reduce((least, node) => (node.split!.gain < least.split!.gain ? node : least));
  const { slot } = loser;
  loser.slot = -1;
  return slot;
}

function release(growth: Growth, node: GrownNode): void {
  if (node.slot >= 0) growth.freeSlots.push(node.slot);
  node.slot = -1;
}

function restore(growth: Growth, node: GrownNode): void {
  const { kernel, crew } = growth.work;
  kernel.addRows(node.from, node.rows);
  node.slot = takeSlot(growth);
  crew.meet();
  gather(growth.work, node.slot);
  crew.meet();
}
