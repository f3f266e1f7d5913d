import type { ValueType } from "../parse-condition.ts";

/** What a feature's value may be. */
export interface Domain {
  type: ValueType;
  /** Bounds of a number; null where there is none. */
  least: number | null;
  most: number | null;
  /** How near to a threshold a number is tried; 1 for whole numbers. */
  step: number;
  isWhole: boolean;
  /** Words of a category, as far as they are known. */
  words: readonly string[];
}

/** How a feature is described: catalogue entries are, and facts of other rooms may be. */
export interface Described {
  type: ValueType;
  unit?: string;
  range?: readonly [number, number | null] | undefined;
  words?: readonly string[] | undefined;
}

const wholeUnits = ["count", "days", "head", "months", "persons", "points", "quarters", "steps", "years", "children"];
const unbounded = ["log_ratio", "share_per_month", "steps"];

/** What a value may be, by its unit: numbers of things are whole, nothing but a step or a slope is negative, a share is at most 1, sums go to the hundredth; a stated range goes before. */
export function domainOf({ type, unit = "", range, words = [] }: Described): Domain {
  const isWhole = wholeUnits.includes(unit);
  const [least, most] = range ?? [unbounded.includes(unit) ? null : 0, unit === "share" ? 1 : null];
  return { type, least, most, step: isWhole ? 1 : 0.01, isWhole, words };
}

/** Ordinary numbers of a domain, by which comparisons of several features are tried. */
export function anchorsOf({ least, most, isWhole, step }: Domain): number[] {
  const start = least ?? 0;
  const isShare = most !== null && most - start <= 20;
  const further = isWhole ? [start + 1, start + 4] : isShare ? [start + 0.5, most] : [start + 20_000, start + 60_000];
  return [start, ...further].filter((value) => most === null || value <= most).map((value) => rounded(value, step));
}

/** The values just below, at and just above a threshold that the domain allows. */
export function aroundThreshold(threshold: number, { least, most, step, isWhole }: Domain): number[] {
  const at = Number(threshold.toPrecision(12));
  const around = isWhole ? [Math.ceil(at) - 1, at, Math.floor(at) + 1].filter(Number.isInteger) : [at - step, at, at + step];
  return around.map((value) => rounded(value, step)).filter((value) => value >= (least ?? value) && value <= (most ?? value));
}

/** Sums of decimal fractions without their binary dust. */
function rounded(value: number, step: number): number {
  return step === 1 && Number.isInteger(value) ? value : Number(value.toPrecision(12));
}
