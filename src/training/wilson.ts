import type { Interval } from "./bootstrap.ts";

/** Wilson's 95 % interval of a proportion of `n` rows (Wilson 1927). */
export function wilson(proportion: number, n: number): Interval {
  const z = 1.959964;
  const [centre, denominator] = [proportion + (z * z) / (2 * n), 1 + (z * z) / n];
  const half = z * Math.sqrt((proportion * (1 - proportion)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, (centre - half) / denominator), Math.min(1, (centre + half) / denominator)];
}
