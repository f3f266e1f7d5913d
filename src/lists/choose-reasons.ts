import { languages } from "../domain/languages.ts";
import { tiers } from "../domain/tiers.ts";
import type { Feature } from "../features/catalogue.ts";
import type { CompiledRule } from "../rules/compile.ts";
import { argumentsOf } from "../rules/message.ts";
import type { Contribution } from "../scoring/contributions.ts";
import type { Reason } from "./reason.ts";

/** A household's values by feature: numbers, true and false, words, null for unknown. */
export type FeatureValues = Readonly<Record<string, number | boolean | string | null>>;

/** What is known of a listed household when its reasons are chosen. */
export interface Household {
  values: FeatureValues;
  basis: string;
  tier: string;
  /** Rules that are met. */
  met: readonly CompiledRule[];
  /** Of the model, where a score counted for its place; empty otherwise. */
  contributions: readonly Contribution[];
  /** Newest record by register, as far as known; else the day of the run. */
  recordedOn(register: string): string;
}

const mostReasons = 6;
const fewestReasons = 3;
/** The model's reasons of one family of features say nearly the same. */
const mostOfOneFamily = 2;
/** Facts that stand in when rules, need and model give fewer than three reasons: those that weigh on a family first, then plain ones. */
const isThere = (value: number) => value > 0;
const context: readonly [string, (value: number) => boolean][] = [
  ["wage_earners_3m", (earners) => earners === 0],
  ["is_single_parent", isThere],
  ["has_disability", isThere],
  ["unemployed_adults", isThere],
  ["is_large_family", isThere],
  ["children", isThere],
  ["has_chronic_illness", isThere],
  ["is_overcrowded", isThere],
  ["income_to_subsistence_ratio", () => true],
  ["elderly", isThere],
  ["members", () => true],
  ["days_since_newest_record", () => true],
  ["registers_known", () => true],
  ["is_rural", () => true],
];

/** At least three reasons for a household's place: rules met (the gravest first; one that says nothing new is passed over), its need, the model's contributions, then plain facts. */
export function chooseReasons(household: Household, features: ReadonlyMap<string, Feature>): Reason[] {
  const reasons: Reason[] = [];
  const told = new Set<string>();
  const tell = (reason: Reason | undefined, of: readonly string[]) => {
    if (reason === undefined || reasons.length >= mostReasons) return;
    reasons.push(reason);
    for (const name of of) told.add(name);
  };
  if (household.basis === "unseen_lane") tell(laneReason(household), []);
  for (const rule of inOrderOfTier(household.met)) {
    if (rule.condition.features.every((name) => told.has(name))) continue;
    const names = argumentsOfRule(rule);
    tell(ruleReason(rule, names, household, features), [...rule.condition.features, ...names]);
  }
  if (household.basis === "need") {
    const name = Number(household.values.line_shortfall_lcu ?? 0) > 0 ? "line_shortfall_lcu" : "income_to_subsistence_ratio";
    tell(featureReason(name, "need", null, household, features), [name]);
  }
  const byFamily = new Map<string, number>();
  for (const part of raising(household.contributions)) {
    const { feature } = part;
    const family = features.get(feature)?.family ?? feature;
    const already = byFamily.get(family) ?? 0;
    if (told.has(feature) || already >= mostOfOneFamily) continue;
    byFamily.set(family, already + 1);
    tell(featureReason(feature, "model", part, household, features), [feature]);
  }
  for (const fact of plainFacts(household, features, told)) {
    if (reasons.length >= fewestReasons) break;
    reasons.push(fact);
  }
  return reasons;
}

/** Plain facts that stand in for the model's reasons once its score has expired, so that three are still told. A place that rests on the score needs none: it is kept back then. */
export function spareReasons(household: Household, reasons: readonly Reason[], features: ReadonlyMap<string, Feature>): Reason[] {
  const lasting = reasons.filter((reason) => reason.source !== "model");
  if (household.basis === "risk" || lasting.length === reasons.length) return [];
  const rules = household.met.filter((rule) => lasting.some((reason) => reason.source === "rule" && reason.code === rule.id));
  const told = new Set([
    ...lasting.map((reason) => reason.code),
    ...rules.flatMap((rule) => [...rule.condition.features, ...argumentsOfRule(rule)]),
  ]);
  return plainFacts(household, features, told)
    .slice(0, Math.max(0, fewestReasons - lasting.length))
    .map((reason) => ({ ...reason, source: "spare" as const }));
}

function plainFacts(household: Household, features: ReadonlyMap<string, Feature>, told: ReadonlySet<string>): Reason[] {
  return context.flatMap(([name, isWorthTelling]) => {
    const value = household.values[name];
    if (told.has(name) || value === null || value === undefined || !isWorthTelling(Number(value))) return [];
    return featureReason(name, "data", null, household, features) ?? [];
  });
}

/** Questions to ask that rules raise; they never move a household. */
export function questionsOf(household: Household, features: ReadonlyMap<string, Feature>): Reason[] {
  return household.met
    .filter((rule) => rule.question)
    .map((rule) => ruleReason(rule, argumentsOfRule(rule), household, features))
    .flatMap((reason) => (reason === undefined ? [] : [{ ...reason, source: "question" as const }]));
}

function inOrderOfTier(met: readonly CompiledRule[]): CompiledRule[] {
  const place = (rule: CompiledRule) => tiers.indexOf(rule.tier);
  return met.filter((rule) => !rule.question).sort((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1));
}

/** Those that raise the risk; an estimate only where it is clearly above 0. */
function raising(contributions: readonly Contribution[]): Contribution[] {
  return contributions
    .filter((each) => each.contribution > 2 * (each.standard_error ?? 0) && each.value !== null)
    .sort((a, b) => b.contribution - a.contribution || (a.feature < b.feature ? -1 : 1));
}

function laneReason(household: Household): Reason {
  const code = household.tier === "unknown" ? "low_data" : "random_draw";
  const as_of = household.recordedOn("any");
  return { source: "lane", code, value: null, unit: "none", register: "any", as_of, contribution: null, arguments: {} };
}

const argumentNames = new WeakMap<CompiledRule, string[]>();

/** Names that a rule's sentence uses in any language. */
function argumentsOfRule(rule: CompiledRule): string[] {
  const found =
    argumentNames.get(rule) ??
    [...new Set(languages.flatMap((language) => argumentsOf(rule.reason[language], language)))].filter((name) => name !== "currency");
  argumentNames.set(rule, found);
  return found;
}

/** The reason that a rule met gives; undefined when its sentence needs something unknown. */
function ruleReason(
  rule: CompiledRule,
  names: readonly string[],
  household: Household,
  features: ReadonlyMap<string, Feature>,
): Reason | undefined {
  const given: Record<string, number | string> = {};
  for (const name of names) {
    const value = rule.values.get(name) ?? plain(household.values[name]);
    if (value === null) return undefined;
    given[name] = value;
  }
  const main = [...names, ...rule.condition.features].map((name) => features.get(name)).find((feature) => feature !== undefined);
  const register = main?.register ?? "any";
  return {
    source: "rule",
    code: rule.id,
    value: main === undefined ? null : plain(household.values[main.name]),
    unit: main?.unit ?? "none",
    register,
    as_of: household.recordedOn(register),
    contribution: null,
    arguments: given,
  };
}

/** The reason that a feature's value gives; undefined when it is unknown. */
function featureReason(
  name: string,
  source: "need" | "model" | "data",
  part: Contribution | null,
  household: Household,
  features: ReadonlyMap<string, Feature>,
): Reason | undefined {
  const feature = features.get(name);
  const value = plain(household.values[name]);
  if (feature === undefined || value === null) return undefined;
  const { unit, register } = feature;
  const { contribution = null, standard_error } = part ?? {};
  const estimate = standard_error === undefined || contribution === null ? {} : { contribution, standard_error };
  const as_of = household.recordedOn(register);
  return { source, code: name, value, unit, register, as_of, contribution, arguments: { value, ...estimate } };
}

function plain(value: FeatureValues[string] | undefined): number | string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "boolean" ? Number(value) : value;
}
