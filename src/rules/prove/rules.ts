import type { IsoDate } from "../../domain/dates.ts";
import { UserError } from "../../domain/errors.ts";
import { type Feature, featureTypes, readCatalogue } from "../../features/catalogue.ts";
import type { Deployment } from "../../parameters/deployment.ts";
import { openDatabase } from "../../warehouse/database.ts";
import type { Session } from "../../warehouse/session.ts";
import type { Offer } from "../offers.ts";
import type { Expression } from "../parse-condition.ts";
import { inspectRules, type RulesRead } from "../read-rules.ts";
import { isInForce, type Rule, ruleAt } from "../rule.ts";
import { contradictions, type DatedRule } from "./contradictions.ts";
import { type Domain, domainOf } from "./domain.ts";
import { type DatedExpression, datedExpressions, type Proof, type Provable, proveExpressions } from "./expression.ts";
import { type Day, daysOf, legalDays } from "./rule-days.ts";

export interface RulesProof extends Proof {
  rules: readonly Rule[];
  offers: readonly Offer[];
}

/**
 * Reads and proves a deployment's rules and forms of support: names, texts, dates, both sides of every threshold, and whether they contradict
 * each other. What cannot be read is a fault and is not proven; the rest is. `further` are expressions of other rooms, proven the same way.
 */
export async function proveRules(deployment: Deployment, further: readonly Provable[] = []): Promise<RulesProof> {
  const catalogue = readCatalogue(deployment.features);
  const read = await inspectRules(deployment, featureTypes(catalogue));
  const { rules, offers, faults } = provablesOf(read, catalogue, deployment.offers);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const all = [...[...rules.values()].flat(), ...[...offers.values()].flatMap(({ when, amount }) => [...when, ...amount]), ...further];
    const proof = await proveExpressions(session, all);
    const against = await contradictionsOf(session, catalogue, rules, offers);
    return {
      ...proof,
      faults: [...read.faults, ...faults, ...proof.faults, ...against.faults],
      households: proof.households + against.households,
      rules: read.rules,
      offers: read.offers,
    };
  } finally {
    session.close();
  }
}

/** Of each rule the conditions of its versions; of each form of support its terms and its sum. What lacks a legal value on a day is a fault, and left out. */
function provablesOf(read: RulesRead, catalogue: readonly Feature[], offersFile: string) {
  const domains = new Map(catalogue.map((feature) => [feature.name, domainOf(feature)]));
  const faults: string[] = [];
  const provable = (place: string, expression: Expression | undefined, days: (expression: Expression) => Day[]): Provable[] => {
    if (expression === undefined) return [];
    const own = new Map(expression.features.map((name) => [name, domains.get(name) as Domain]));
    try {
      return [{ place, expression, domains: own, dates: days(expression), switches: new Set(read.legal.keys()) }];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(`${place}: ${error.message}`);
      return [];
    }
  };
  const rules = new Map<Rule, Provable[]>();
  for (const rule of read.rules) {
    const versions = rule.versions.map((version) =>
      provable(`${rule.file}: when`, version.condition, () => daysOf(rule, version, read.legal)),
    );
    if (versions.every((each) => each.length > 0)) rules.set(rule, versions.flat());
  }
  const sumOf = (code: string, key: string, expression: Expression | undefined) =>
    provable(`${offersFile}: ${code}.${key}`, expression, (each) => legalDays(each, read.legal));
  const offers = new Map(
    read.offers.map(({ code, when, amount }) => [code, { when: sumOf(code, "when", when), amount: sumOf(code, "amount", amount) }]),
  );
  return { rules, offers, faults };
}

/** Contradictions on every day on which a rule in force becomes another. */
async function contradictionsOf(
  session: Session,
  catalogue: readonly Feature[],
  rules: ReadonlyMap<Rule, readonly Provable[]>,
  offers: ReadonlyMap<string, { when: readonly Provable[] }>,
): Promise<{ faults: string[]; households: number }> {
  const directions = new Map(catalogue.map(({ name, direction }) => [name, direction]));
  const days = new Set([...rules.values()].flat().flatMap(({ dates }) => dates.map(({ date }) => date)));
  const seen = new Set<string>();
  const all: { faults: string[]; households: number } = { faults: [], households: 0 };
  for (const date of [...days].sort()) {
    const dated = [...rules].filter(([rule]) => isInForce(rule, date)).map(([rule, versions]) => datedRule(rule, versions, offers, date));
    const found = await contradictions(session, date, dated, directions, seen);
    all.faults.push(...found.faults);
    all.households += found.households;
  }
  return all;
}

function datedRule(
  rule: Rule,
  versions: readonly Provable[],
  offers: ReadonlyMap<string, { when: readonly Provable[] }>,
  date: IsoDate,
): DatedRule {
  const said = ruleAt(rule, date);
  const version = versions[rule.versions.findIndex(({ from }) => from === said.from)] as Provable;
  const terms = said.offers.flatMap((code) =>
    (offers.get(code)?.when ?? []).flatMap((when) => on(when, date)).map((when) => [code, when] as const),
  );
  return { rule: said, condition: on(version, date)[0] as DatedExpression, terms: new Map(terms) };
}

/** An expression as it is on a date: as on the last day of change; nothing before its first. */
function on(provable: Provable, date: IsoDate): DatedExpression[] {
  const day = provable.dates.findLast((each) => each.date <= date);
  return day === undefined ? [] : datedExpressions({ ...provable, dates: [day] });
}
