import { total } from "./cells.ts";

/** Rows that are added to each cell on both sides, so that an empty one has a logarithm (Jeffreys). */
const added = 0.5;

/**
 * Population stability index of two counts over the same cells: the sum of (q - p) ln(q / p) over the cells' shares p and q, each count raised
 * by a half. 0 when the shares are equal, the same either way round, infinite for none. Null when a side is empty.
 */
export function stabilityIndex(reference: readonly number[], now: readonly number[]): number | null {
  const [all, allNow] = [total(reference), total(now)];
  if (all === 0 || allNow === 0) return null;
  const share = (count: number, rows: number) => (count + added) / (rows + added * reference.length);
  return reference.reduce((sum, count, cell) => {
    const [p, q] = [share(count, all), share(now[cell]!, allNow)];
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}

/** Neighbouring cells taken together into at most `groups` of like share of the reference: the same cut for both sides. */
export function inGroups(reference: readonly number[], counts: readonly number[], groups: number): number[] {
  const all = total(reference);
  const taken: number[] = [];
  let [sum, below, closed] = [0, 0, 0];
  for (const [cell, count] of reference.entries()) {
    sum += counts[cell]!;
    below += count;
    const reached = Math.floor((below / all) * groups + 1e-9);
    if (reached <= closed && cell < reference.length - 1) continue;
    taken.push(sum);
    [sum, closed] = [0, reached];
  }
  return taken;
}
