import type { Tree } from "./tree.ts";

/** What a leaf's path asks of one feature: a known value in (above, upTo], or an unknown one. A side that cannot be is empty: `above` >= `upTo`. */
export interface Side {
  /** -Infinity lets -Infinity itself in. */
  above: number;
  upTo: number;
  isUnknownIn: boolean;
  /** Share of the training weight that went this way at the path's splits on the feature, multiplied up. */
  share: number;
}

/** A leaf as the box of values that end in it; features that its path does not ask for are free. */
export interface LeafBox {
  value: number;
  sides: ReadonlyMap<number, Side>;
}

/** A tree as its leaves' boxes, from left to right. A box may be empty, where a path asks for what cannot be. */
export function leafBoxes(tree: Tree): LeafBox[] {
  const boxes: LeafBox[] = [];
  const visit = (node: number, sides: ReadonlyMap<number, Side>): void => {
    const feature = tree.feature[node]!;
    if (feature < 0) {
      boxes.push({ value: tree.value[node]!, sides });
      return;
    }
    const side = sides.get(feature) ?? { above: -Infinity, upTo: Infinity, isUnknownIn: true, share: 1 };
    const threshold = tree.threshold[node]!;
    const isMissingLeft = tree.isMissingLeft[node] === 1;
    const [left, right] = [tree.left[node]!, tree.right[node]!];
    const share = (child: number) => side.share * (tree.weight[child]! / tree.weight[node]!);
    const below = { ...side, upTo: Math.min(side.upTo, threshold), isUnknownIn: side.isUnknownIn && isMissingLeft, share: share(left) };
    const over = { ...side, above: Math.max(side.above, threshold), isUnknownIn: side.isUnknownIn && !isMissingLeft, share: share(right) };
    visit(left, new Map(sides).set(feature, below));
    visit(right, new Map(sides).set(feature, over));
  };
  visit(0, new Map());
  return boxes;
}

/** Whether a value, NaN for unknown, is on a leaf's side. */
export function isIn({ above, upTo, isUnknownIn }: Side, value: number): boolean {
  if (Number.isNaN(value)) return isUnknownIn;
  return value <= upTo && (value > above || above === -Infinity);
}
