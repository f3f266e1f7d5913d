import type { Interval } from "../training/bootstrap.ts";
import { wilson } from "../training/wilson.ts";
import type { Cell } from "./cells.ts";

/** How an indicator is made of its cell's sums. */
export const indicatorKinds = ["share", "mean", "ratio", "fall", "growth"] as const;
export type IndicatorKind = (typeof indicatorKinds)[number];

/** A figure with its 95 % interval; null where nothing, or too little, is known. */
export interface Estimate {
  value: number | null;
  interval: Interval | null;
}

const z = 1.959964;

/**
 * Estimates an indicator from sums over households. Rows of one household are one cluster: variances are linearised (Taylor) over households.
 * A share has Wilson's interval at the effective number of rows (Franco et al. 2019), a mean or ratio the normal one, a relative change of two
 * shares or means the normal one of its logarithm.
 */
export function estimate(kind: IndicatorKind, cell: Cell): Estimate {
  switch (kind) {
    case "share":
      return shareOf(cell);
    case "mean":
    case "ratio":
      return ratioOf(cell);
    case "fall":
    case "growth":
      return changeOf(kind, cell);
  }
}

function shareOf({ x, n, xx, xn, nn, households }: Cell): Estimate {
  if (n === 0) return { value: null, interval: null };
  const p = x / n;
  const variance = clusterVariance({ x, n, xx, xn, nn });
  // With nobody or everybody a household is one observation: its members say the same.
  const effective = variance > 0 ? Math.min(n, (p * (1 - p)) / variance) : households;
  return { value: p, interval: wilson(p, effective) };
}

function ratioOf({ x, n, xx, xn, nn, households }: Cell): Estimate {
  if (n === 0) return { value: null, interval: null };
  const value = x / n;
  if (households < 2) return { value, interval: null };
  const half = z * Math.sqrt((clusterVariance({ x, n, xx, xn, nn }) * households) / (households - 1));
  return { value, interval: [value - half, value + half] };
}

/** Relative change from y/m to x/n; of a fall, how far it went down. */
function changeOf(kind: "fall" | "growth", cell: Cell): Estimate {
  const { x, n, y, m, households } = cell;
  if (n === 0 || m === 0 || y === 0) return { value: null, interval: null };
  const quotient = x / n / (y / m);
  const asSaid = (ratio: number) => (kind === "fall" ? 1 - ratio : ratio - 1);
  if (x === 0 || households < 2) return { value: asSaid(quotient), interval: null };
  // log quotient has the influence x/X - n/N - y/Y + m/M of a household.
  const weights = [1 / x, -1 / n, -1 / y, 1 / m] as const;
  const names = ["x", "n", "y", "m"] as const;
  let variance = 0;
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++) {
      const [a, b] = [names[Math.min(row, column)], names[Math.max(row, column)]];
      variance += (weights[row] as number) * (weights[column] as number) * cell[`${a}${b}` as "xx"];
    }
  const half = z * Math.sqrt((Math.max(0, variance) * households) / (households - 1));
  const ends = [asSaid(quotient * Math.exp(-half)), asSaid(quotient * Math.exp(half))] as const;
  return { value: asSaid(quotient), interval: kind === "fall" ? [ends[1], ends[0]] : ends };
}

/** Variance of the ratio x/n of sums over households: each household's x - (x/n) n, squared. */
function clusterVariance({ x, n, xx, xn, nn }: Pick<Cell, "x" | "n" | "xx" | "xn" | "nn">): number {
  const p = x / n;
  return Math.max(0, xx - 2 * p * xn + p * p * nn) / (n * n);
}
