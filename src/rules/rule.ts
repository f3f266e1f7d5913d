import type { IsoDate } from "../domain/dates.ts";
import type { Sentences } from "../domain/languages.ts";
import type { Tier } from "../domain/tiers.ts";
import { type Change, inForce } from "../parameters/dated-values.ts";
import type { Expression } from "./parse-condition.ts";

/** A number from the day it is in force. */
export interface DatedNumber {
  from: IsoDate;
  value: number;
}

/** What a rule says from a day on: a condition over features and dated values, its tier, sentence, and the support it suggests. */
export interface RuleVersion {
  from: IsoDate;
  tier: Exclude<Tier, "unknown">;
  /** Shown as a question to ask; never raises a tier. */
  question: boolean;
  reason: Sentences;
  /** The condition as it is written. */
  when: string;
  condition: Expression;
  offers: readonly string[];
  /** Features that it reads against their direction in the catalogue, each with the reason why. */
  againstDirection: Readonly<Record<string, string>>;
  reference: string;
  /** Who wrote this version, and when. */
  changed: Change | undefined;
}

/** A rule as it is written. Its own tier, condition and so on are those of its first version; `ruleAt` gives those of a date. */
export interface Rule extends RuleVersion {
  id: string;
  /** The rule's column in rules/NN.parquet. */
  column: string;
  file: string;
  inForce: readonly { from: IsoDate; value: boolean }[];
  /** The rule's own values by name and date. */
  dated: ReadonlyMap<string, readonly DatedNumber[]>;
  versions: readonly RuleVersion[];
}

/** Whether the rule is on at a date. */
export function isInForce(rule: Rule, date: IsoDate): boolean {
  return inForce(rule.inForce, date)?.value === true;
}

/** The rule with what its version of a date says. */
export function ruleAt(rule: Rule, date: IsoDate): Rule {
  return { ...rule, ...(inForce(rule.versions, date) ?? rule.versions[0]) };
}

/** The rule's own values in force on a date. */
export function valuesAt(rule: Rule, date: IsoDate): Map<string, number> {
  const found = [...rule.dated].map(([name, values]) => [name, inForce(values, date)?.value] as const);
  return new Map(found.filter((each): each is [string, number] => each[1] !== undefined));
}

/** A rule as it is shown and written to JSON. */
export function ruleSummary(rule: Rule) {
  const { id, tier, question, condition, inForce, dated, offers, reference } = rule;
  return { id, tier, question, features: condition.features, in_force: inForce, values: Object.fromEntries(dated), offers, reference };
}
