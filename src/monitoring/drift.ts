import { type Distribution, medianOf, total } from "./cells.ts";
import { inGroups, stabilityIndex } from "./psi.ts";
import { adjusted, chiSquare, kolmogorovSmirnov, twoProportions } from "./two-samples.ts";

/**
 * A change counts when it is both more than chance (adjusted p under `significance`: a small night is given time) and large (a large night finds
 * every trifle significant). Stability index: Siddiqi, Credit Risk Scorecards, 2006, under 0.1 little, over 0.25 a lot.
 */
export const rule = {
  significance: 0.01,
  index: { shifted: 0.1, drifted: 0.25 },
  missing: { shifted: 0.05, drifted: 0.1 },
} as const;
/** The index is taken over so many groups at most. */
const groups = 10;

export type DriftState = "stable" | "shifted" | "drifted";

/** A column's distribution now beside that of the reference, with the test's p before adjustment. */
export interface Change {
  /** Stability index; null where one of the sides knows no value. */
  index: number | null;
  test: "kolmogorov_smirnov" | "chi_square";
  statistic: number | null;
  p: number | null;
}

/** A feature of a night beside the reference. Shares and medians are [reference, now]. */
export interface FeatureDrift extends Change {
  feature: string;
  family: string | null;
  /** p adjusted for the number of tests of the night. */
  q: number | null;
  missing: { shares: [number, number]; p: number | null; q: number | null };
  medians: [number | null, number | null];
  state: DriftState;
}

/** The columns of a night, in the cells of their reference. */
export interface Counted {
  feature: string;
  family: string | null;
  reference: Distribution;
  now: Pick<Distribution, "counts" | "missing">;
}

/** Holds counts against a reference. */
export function changeOf({ cells, counts }: Distribution, now: readonly number[]): Change {
  const isNumeric = cells.kind === "numeric";
  const test = (isNumeric ? kolmogorovSmirnov : chiSquare)(counts, now);
  const index = isNumeric ? stabilityIndex(inGroups(counts, counts, groups), inGroups(counts, now, groups)) : stabilityIndex(counts, now);
  return {
    index: total(counts) === 0 ? null : index,
    test: isNumeric ? "kolmogorov_smirnov" : "chi_square",
    statistic: test?.statistic ?? null,
    p: test?.p ?? null,
  };
}

/** Whether a change is large and more than chance. */
export function stateOf(size: number | null, q: number | null, large: { shifted: number; drifted: number }): DriftState {
  if (size === null || q === null || q >= rule.significance || size < large.shifted) return "stable";
  return size < large.drifted ? "shifted" : "drifted";
}

/** Holds all features of a night against the reference; the p values of their values and of what is unknown are adjusted together. */
export function driftOf(features: readonly Counted[]): FeatureDrift[] {
  const changes = features.map(({ reference, now }) => ({
    value: changeOf(reference, now.counts),
    missing: twoProportions(unknownOf(reference), unknownOf(now)),
  }));
  const qs = adjusted([...changes.map(({ value }) => value.p), ...changes.map(({ missing }) => missing?.p ?? null)]);
  return features.map(({ feature, family, reference, now }, place) => {
    const { value, missing } = changes[place]!;
    const [q, missingQ] = [qs[place]!, qs[features.length + place]!];
    const shares: [number, number] = [shareUnknown(reference), shareUnknown(now)];
    const states = [stateOf(value.index, q, rule.index), stateOf(Math.abs(shares[1] - shares[0]), missingQ, rule.missing)];
    return {
      feature,
      family,
      ...value,
      q,
      missing: { shares, p: missing?.p ?? null, q: missingQ },
      medians: [medianOf(reference), medianOf({ cells: reference.cells, counts: now.counts })],
      state: states.find((state) => state === "drifted") ?? states.find((state) => state === "shifted") ?? "stable",
    };
  });
}

type Counts = Pick<Distribution, "counts" | "missing">;

function unknownOf({ counts, missing }: Counts): { hits: number; of: number } {
  return { hits: missing, of: missing + total(counts) };
}

function shareUnknown(counts: Counts): number {
  const { hits, of } = unknownOf(counts);
  return of === 0 ? 0 : hits / of;
}
