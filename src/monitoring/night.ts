import { z } from "zod";
import { Expected } from "./expected.ts";

const States = z.enum(["stable", "shifted", "drifted"]);
const Figure = z.number().nullable();
const change = {
  index: Figure.describe("population stability index; null where one of the sides knows no value"),
  test: z.enum(["kolmogorov_smirnov", "chi_square"]),
  statistic: Figure,
  p: Figure,
};

/** What monitoring says of one night's run: a function of the run's own files. */
export const Night = z.strictObject({
  state: z.enum(["measured", "no_reference", "no_model", "failed"]),
  /** Why it failed. */
  reason: z.string().nullable(),
  /** Households that were looked at: those that the model's label speaks of. */
  households: z.int(),
  score: z.strictObject({ ...change, state: States }).nullable(),
  features: z.array(
    z.strictObject({
      feature: z.string(),
      family: z.string().nullable(),
      ...change,
      q: Figure.describe("p adjusted for the number of tests"),
      missing: z.strictObject({ shares: z.array(z.number()).length(2), p: Figure, q: Figure }).describe("shares: reference, now"),
      medians: z.array(Figure).length(2).describe("reference, now"),
      state: States,
    }),
  ),
  /** Features that have drifted, of those that were compared; features that tell how old the data are count apart. */
  drifted: z.int(),
  compared: z.int(),
  data_age: z.strictObject({ drifted: z.int(), compared: z.int() }),
  expected: Expected.nullable(),
  /** What the model was worth on rows kept aside when it was fitted. */
  at_fit: z.strictObject({ base_rate: z.number(), precision_at_5: Figure, auc: Figure }).nullable(),
  /** Thresholds of the policy that were reached. */
  breached: z.array(z.string()),
});
export type Night = z.infer<typeof Night>;

/** The catalogue's family of features that tell how much registers know of a household, and how old it is. */
export const dataAge = "knowledge";

/** How many features have drifted, those of the data's age apart: they move with the calendar of the registers. */
export function driftCounts(
  features: readonly { family: string | null; state: string }[],
): Pick<Night, "drifted" | "compared" | "data_age"> {
  const count = (some: typeof features) => ({ drifted: some.filter(({ state }) => state === "drifted").length, compared: some.length });
  return {
    ...count(features.filter(({ family }) => family !== dataAge)),
    data_age: count(features.filter(({ family }) => family === dataAge)),
  };
}

/** A night of which nothing was measured. */
export function unmeasured(state: Night["state"], reason: string | null = null): Night {
  return { state, reason, households: 0, score: null, features: [], ...driftCounts([]), expected: null, at_fit: null, breached: [] };
}

/** From where on a night counts against the model. */
export interface Thresholds {
  /** Stability index of the score, where the change is more than chance. */
  score_psi: number;
  /** Of the features. */
  drifted_share: number;
  /** Expected precision at 5 % under that at the fit, as a share of it. */
  expected_precision_drop: number;
}

/** The thresholds that a night reaches, by name. What could not be measured reaches none. */
export function breachesOf({ score, drifted, compared, expected, at_fit }: Omit<Night, "breached">, thresholds: Thresholds): string[] {
  const before = at_fit?.precision_at_5 ?? 0;
  const reached = {
    score_psi: score !== null && score.state !== "stable" && score.index! >= thresholds.score_psi,
    drifted_share: drifted > 0 && drifted / compared >= thresholds.drifted_share,
    expected_precision_drop:
      expected !== null && before > 0 && 1 - expected.precision_at_5.value / before >= thresholds.expected_precision_drop,
  };
  return Object.entries(reached).flatMap(([name, isReached]) => (isReached ? [name] : []));
}
