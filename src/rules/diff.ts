import type { IsoDate } from "../domain/dates.ts";
import { languages } from "../domain/languages.ts";
import { type LawOn, type LegalValue, lawOn, type RuleInForce } from "./in-force.ts";
import type { Offer } from "./offers.ts";
import type { RulesRead } from "./read-rules.ts";

/** One thing that is another on the second date. null: there is none. */
export interface Difference {
  what: string;
  before: string | number | null;
  after: string | number | null;
}

/** What a rule, a legal value or a form of support is on one date and not on the other. */
export interface LawDiff {
  from: IsoDate;
  to: IsoDate;
  rules: readonly { id: string; change: "begins" | "ends" | "changes"; differences: readonly Difference[] }[];
  parameters: readonly { name: string; unit: string; reference: string; differences: readonly Difference[] }[];
  offers: readonly { code: string; differences: readonly Difference[] }[];
}

/** What changes between two dates: rules that begin or end, their conditions, tiers, words, support and values; legal values; the values in terms and sums of support. */
export function diffLaw(read: Pick<RulesRead, "rules" | "legal" | "offers">, from: IsoDate, to: IsoDate): LawDiff {
  const [before, after] = [lawOn(read, from), lawOn(read, to)];
  const parameters = diffParameters(before, after);
  return {
    ...{ from, to },
    rules: diffRules(before.rules, after.rules),
    parameters,
    offers: read.offers.flatMap((offer) => diffOffer(offer, parameters)),
  };
}

function diffRules(before: readonly RuleInForce[], after: readonly RuleInForce[]): LawDiff["rules"] {
  const [old, now] = [byKey(before, ({ id }) => id), byKey(after, ({ id }) => id)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((id): LawDiff["rules"][number][] => {
    const [one, other] = [old.get(id), now.get(id)];
    if (one === undefined) return [{ id, change: "begins", differences: [] }];
    if (other === undefined) return [{ id, change: "ends", differences: [] }];
    const differences = different(sayings(one), sayings(other));
    return differences.length === 0 ? [] : [{ id, change: "changes", differences }];
  });
}

/** What a rule says, by name. */
function sayings({ tier, question, when, offers, reason, reference, values }: RuleInForce): Map<string, string | number> {
  return new Map<string, string | number>([
    ["tier", question ? "question" : tier],
    ["when", when],
    ...values.map(({ name, value }): [string, number] => [`$${name}`, value]),
    ["offers", offers.join(", ")],
    ...languages.map((language): [string, string] => [`reason.${language}`, reason[language]]),
    ["reference", reference],
  ]);
}

function diffParameters(before: LawOn, after: LawOn): LawDiff["parameters"] {
  const [old, now] = [byKey(before.parameters, ({ name }) => name), byKey(after.parameters, ({ name }) => name)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    const [one, other] = [old.get(name), now.get(name)];
    const differences = different(figures(one), figures(other));
    const { unit, reference } = (other ?? one) as LegalValue;
    return differences.length === 0 ? [] : [{ name, unit, reference, differences }];
  });
}

/** A legal value's numbers and where they stand, by name. */
function figures(value: LegalValue | undefined): Map<string, string | number> {
  if (value === undefined) return new Map();
  const places = [value.reference, value.article, value.link].filter((each) => each !== null).join(", ");
  return new Map<string, string | number>([
    ["value", value.value],
    ...value.regions.map(({ region, value }): [string, number] => [`region ${region}`, value]),
    ["reference", places],
  ]);
}

function diffOffer({ code, when, amount }: Offer, parameters: LawDiff["parameters"]): LawDiff["offers"][number][] {
  const names = new Set([...(when?.parameters ?? []), ...(amount?.parameters ?? [])]);
  const differences = parameters.flatMap(({ name, differences }) =>
    names.has(name) ? differences.filter(({ what }) => what === "value").map((each) => ({ ...each, what: `$${name}` })) : [],
  );
  return differences.length === 0 ? [] : [{ code, differences }];
}

function different(before: ReadonlyMap<string, string | number>, after: ReadonlyMap<string, string | number>): Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const all = names.map((what) => ({ what, before: before.get(what) ?? null, after: after.get(what) ?? null }));
  return all.filter((each) => each.before !== each.after);
}

function byKey<V>(values: readonly V[], key: (value: V) => string): Map<string, V> {
  return new Map(values.map((value) => [key(value), value]));
}
