import { addDays, type IsoDate } from "../domain/dates.ts";
import type { Feature } from "../features/catalogue.ts";
import type { RulesInForce } from "../rules/read-rules.ts";
import type { Contribution, scoreExplainer } from "../scoring/contributions.ts";
import type { Row } from "../warehouse/values.ts";
import { chooseOffers, type Fitting, type SuggestedOffer } from "./choose-offers.ts";
import { chooseReasons, type FeatureValues, type Household, questionsOf, spareReasons } from "./choose-reasons.ts";
import type { Reason } from "./reason.ts";

/** What explanations are made with: the run's features, rules, forms of support and model. */
export interface Grounds extends RulesInForce {
  asOf: IsoDate;
  features: ReadonlyMap<string, Feature>;
  /** Takes a score of the run's model apart; null where the run has no model. */
  explainScore: ReturnType<typeof scoreExplainer> | null;
}

/** Why a listed household stands where it stands, and what can be offered. */
export interface Explanation {
  household_id: string;
  reasons: readonly Reason[];
  questions: readonly Reason[];
  /** What is told in the place of the model's reasons once its score has expired. */
  spares: readonly Reason[];
  /** Each rule in force: whether its condition is met. */
  conditions: readonly { rule: string; state: "met" | "unmet" | "unknown" }[];
  offers: readonly SuggestedOffer[];
  /** What every feature of the model adds; empty where no score counted. */
  contributions: readonly Contribution[];
  /** Log-odds that the contributions start from and add up to; null where no score counted. */
  base: number | null;
  margin: number | null;
}

/** Prefixes that keep list, rules and forms of support apart from features in one row. */
export const prefixes = { list: "list:", rule: "rule:", fits: "fits:", amount: "amount:" } as const;

/** Explains one household from its row: features by name, the rest with a prefix. */
export function explainHousehold(row: Row, grounds: Grounds): Explanation {
  const household_id = String(row.household_id);
  const basis = String(row[`${prefixes.list}basis`]);
  const state = (column: string) => row[`${prefixes.rule}${column}`] as boolean | null;
  const score = isScoreCounted(row) ? (grounds.explainScore?.(row as Record<string, number | boolean | null>) ?? null) : null;
  const met = grounds.rules.filter((rule) => state(rule.column) === true);
  const household: Household = {
    values: row as FeatureValues,
    basis,
    tier: String(row[`${prefixes.list}tier`]),
    met,
    contributions: score?.contributions ?? [],
    recordedOn: (register) => recordedOn(register, row, grounds.asOf),
  };
  const reasons = chooseReasons(household, grounds.features);
  return {
    household_id,
    reasons,
    spares: spareReasons(household, reasons, grounds.features),
    questions: questionsOf(household, grounds.features),
    conditions: grounds.rules.map((rule) => ({ rule: rule.id, state: wordOf(state(rule.column)) })),
    offers: chooseOffers(grounds.offers, met, fittingOf(row, grounds)),
    contributions: score?.contributions ?? [],
    base: score?.base ?? null,
    margin: score?.margin ?? null,
  };
}

/** Whether a score counted for the household's place. */
export function isScoreCounted(row: Row): boolean {
  return row[`${prefixes.list}basis`] !== "unseen_lane" && row[`${prefixes.list}risk`] !== null;
}

function wordOf(isMet: boolean | null): "met" | "unmet" | "unknown" {
  if (isMet === null) return "unknown";
  return isMet ? "met" : "unmet";
}

function fittingOf(row: Row, { offers }: Grounds): Fitting {
  return Object.fromEntries(
    offers.map(({ code }) => [
      code,
      { fits: row[`${prefixes.fits}${code}`] as boolean | null, amount: row[`${prefixes.amount}${code}`] as number | null },
    ]),
  );
}

/** The day a register last recorded something of the household; the newest of all registers, or the run's day, where that is not kept. */
function recordedOn(register: string, row: Row, asOf: IsoDate): IsoDate {
  const days = row[`days_since_${register}_record`] ?? row.days_since_newest_record;
  return typeof days === "number" ? addDays(asOf, -Math.round(days)) : asOf;
}
