import jstat from "jstat";
import { total } from "./cells.ts";

/** How far two samples are apart by a test, and how likely so far or further is where both come from one population. */
export interface Test {
  statistic: number;
  p: number;
}

/**
 * Two-sample Kolmogorov-Smirnov test on counts over the same ordered cells. The distance is that of the distribution functions at the cells'
 * edges, never more than that between them, so that the test is on the cautious side; p is the asymptotic one. Null when a side is empty.
 */
export function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): Test | null {
  const [n, m] = [total(one), total(other)];
  if (n === 0 || m === 0) return null;
  let [below, otherBelow, statistic] = [0, 0, 0];
  for (const [cell, count] of one.entries()) {
    below += count;
    otherBelow += other[cell]!;
    statistic = Math.max(statistic, Math.abs(below / n - otherBelow / m));
  }
  return { statistic, p: kolmogorovTail(Math.sqrt((n * m) / (n + m)) * statistic) };
}

/** The chance that Kolmogorov's distribution exceeds x (Kolmogorov 1933; below 1 by its theta transform, which converges there). */
export function kolmogorovTail(x: number): number {
  if (x < 0.04) return 1;
  const terms = [1, 2, 3, 4, 5, 6, 7, 8];
  if (x < 1) {
    const below = terms.reduce((sum, k) => sum + Math.exp(-((2 * k - 1) ** 2 * Math.PI ** 2) / (8 * x * x)), 0);
    return 1 - (Math.sqrt(2 * Math.PI) / x) * below;
  }
  return 2 * terms.reduce((sum, k) => sum + (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x), 0);
}

/** Pearson's chi-square test that two rows of counts have the same shares; cells that both lack are left out. Null when a side is empty. */
export function chiSquare(one: readonly number[], other: readonly number[]): Test | null {
  const [n, m] = [total(one), total(other)];
  if (n === 0 || m === 0) return null;
  let [statistic, cells] = [0, 0];
  for (const [cell, count] of one.entries()) {
    const both = count + other[cell]!;
    if (both === 0) continue;
    cells += 1;
    const expected = (both * n) / (n + m);
    statistic += (count - expected) ** 2 / expected + (count - expected) ** 2 / (both - expected);
  }
  return { statistic, p: cells < 2 ? 1 : Math.max(0, 1 - jstat.jStat.chisquare.cdf(statistic, cells - 1)) };
}

/** The two-proportion z test, two-sided, as the chi-square test of two cells that it is: the statistic is z squared. */
export function twoProportions(one: { hits: number; of: number }, other: { hits: number; of: number }): Test | null {
  return chiSquare([one.hits, one.of - one.hits], [other.hits, other.of - other.hits]);
}

/** p values adjusted by Benjamini and Hochberg (1995): those at or under a level hold a share of false alarms no larger than it. Null stays null. */
export function adjusted(ps: readonly (number | null)[]): (number | null)[] {
  const ranked = ps.flatMap((p, place) => (p === null ? [] : [{ p, place }])).sort((a, b) => b.p - a.p);
  const result: (number | null)[] = ps.map(() => null);
  let least = 1;
  for (const [index, { p, place }] of ranked.entries()) {
    least = Math.min(least, (p * ranked.length) / (ranked.length - index));
    result[place] = least;
  }
  return result;
}
