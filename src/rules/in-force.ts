import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Sentences } from "../domain/languages.ts";
import type { Tier } from "../domain/tiers.ts";
import { type Change, type DatedValue, datedValueAt, inForce, type Parameter, type ParameterSet } from "../parameters/dated-values.ts";
import type { RulesRead } from "./read-rules.ts";
import { isInForce, type Rule, ruleAt } from "./rule.ts";

/** A legal value as it is on a date, with where it stands; `regions` are those in which it is another. */
export interface LegalValue {
  name: string;
  unit: string;
  value: number;
  from: IsoDate;
  until: IsoDate | null;
  status: DatedValue["status"];
  reference: string;
  article: string | null;
  link: string | null;
  changed: Change | null;
  regions: readonly { region: string; value: number; reference: string }[];
}

/** A number that a condition names: the rule's own since a day, or a legal one. */
export type NamedValue = { name: string; value: number; from: IsoDate; own: true } | ({ own: false } & LegalValue);

/** A rule as it is on a date. */
export interface RuleInForce {
  id: string;
  tier: Tier;
  question: boolean;
  /** Since when it is on, and since when it says what it says. */
  since: IsoDate;
  version: IsoDate;
  when: string;
  values: readonly NamedValue[];
  offers: readonly string[];
  reason: Sentences;
  reference: string;
  changed: Change | null;
}

/** What is in force on a date: rules with their values, and every legal value. */
export interface LawOn {
  as_of: IsoDate;
  rules: readonly RuleInForce[];
  parameters: readonly LegalValue[];
  /** Legal values that do not hold yet, or no longer. */
  without_value: readonly string[];
}

/**
 * What of the rules and legal values is in force on a date. A UserError names a rule's value that has none then, and the first day of all when the
 * date is before it.
 */
export function lawOn({ rules, legal }: Pick<RulesRead, "rules" | "legal">, date: IsoDate): LawOn {
  const names = [...legal.keys()].sort();
  const first = [...legal.values()].flatMap(({ values }) => values.map(({ from }) => from)).sort()[0];
  if (first !== undefined && date < first)
    throw new UserError("no_value", `nothing is in force on ${date}: the first legal value begins on ${first}`);
  const holding = names.filter((name) => inForce(legal.get(name)?.values ?? [], date) !== undefined);
  return {
    as_of: date,
    rules: rules.filter((rule) => isInForce(rule, date)).map((rule) => ruleInForce(rule, legal, date)),
    parameters: holding.map((name) => legalValue(legal, name, date)),
    without_value: names.filter((name) => !holding.includes(name)),
  };
}

function ruleInForce(rule: Rule, legal: ParameterSet, date: IsoDate): RuleInForce {
  const said = ruleAt(rule, date);
  const values = said.condition.parameters.map((name): NamedValue => {
    const own = inForce(rule.dated.get(name) ?? [], date);
    return own === undefined ? { own: false, ...legalValue(legal, name, date) } : { own: true, name, value: own.value, from: own.from };
  });
  const { id, tier, question, when, offers, reason, reference, changed } = said;
  const since = inForce(rule.inForce, date)?.from ?? said.from;
  return { ...{ id, tier, question, since, version: said.from, when, values, offers, reason, reference }, changed: changed ?? null };
}

function legalValue(legal: ParameterSet, name: string, date: IsoDate): LegalValue {
  const { value, from, until = null, status, reference, article = null, link = null, changed = null } = datedValueAt(legal, name, date);
  const { unit, regions = {} } = legal.get(name) as Parameter;
  const differing = Object.entries(regions).flatMap(([region, values]) => {
    const found = inForce(values, date);
    return found === undefined ? [] : [{ region, value: found.value, reference: found.reference }];
  });
  return { name, unit, value, from, until, status, reference, article, link, changed, regions: differing };
}
