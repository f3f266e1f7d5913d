import type { ScaleOptions } from "@observablehq/plot";

/** Cells of known values as stretches of the axis; the first and the last, which have no end, are given one. */
export function stretchesOf(thresholds: readonly number[]): { from: number; to: number }[] {
  const span = (thresholds.at(-1) ?? 0) - (thresholds[0] ?? 0);
  const room = span > 0 ? 0.08 * span : 1;
  const ends = [(thresholds[0] ?? 0) - room, ...thresholds, (thresholds.at(-1) ?? 0) + room];
  return ends.slice(1).map((to, cell) => ({ from: ends[cell]!, to }));
}

/** A few large thresholds among many small ones ask for a scale that shows both. */
export function scaleOf(thresholds: readonly number[]): ScaleOptions {
  const sizes = thresholds
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const [middle, most] = [sizes[sizes.length >> 1] ?? 0, sizes.at(-1) ?? 0];
  return most > 20 * middle ? { type: "symlog", constant: middle } : { type: "linear" };
}
