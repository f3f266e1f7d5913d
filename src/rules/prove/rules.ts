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
import { daysOf, legalDays } from "./rule-days.ts";

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
  const provable = provableOf(catalogue, read, deployment.offers);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const proof = await proveExpressions(session, [
      ...read.rules.flatMap(provable.rule),
      ...read.offers.flatMap(provable.offer),
      ...further,
    ]);
    const against = await contradictionsOf(session, catalogue, read, provable);
    return {
      ...proof,
      faults: [...read.faults, ...proof.faults, ...against.faults],
      households: proof.households + against.households,
      rules: read.rules,
      offers: read.offers,
    };
  } finally {
    session.close();
  }
}

type Provables = ReturnType<typeof provableOf>;

function provableOf(catalogue: readonly Feature[], { legal }: RulesRead, offersFile: string) {
  const all = new Map(catalogue.map((feature) => [feature.name, domainOf(feature)]));
  const switches = new Set(legal.keys());
  const common = (expression: Expression) => ({
    expression,
    switches,
    domains: new Map(expression.features.map((name) => [name, all.get(name) as Domain])),
  });
  const terms = (code: string, key: string, expression: Expression | undefined): Provable[] =>
    expression === undefined
      ? []
      : [{ ...common(expression), place: `${offersFile}: ${code}.${key}`, dates: legalDays(expression, legal) }];
  return {
    rule: (rule: Rule): Provable[] =>
      rule.versions.map((version) => ({ ...common(version.condition), place: `${rule.file}: when`, dates: daysOf(rule, version, legal) })),
    offer: ({ code, when, amount }: Offer): Provable[] => [...terms(code, "when", when), ...terms(code, "amount", amount)],
    terms: ({ code, when }: Offer): Provable[] => terms(code, "when", when),
  };
}

/** Contradictions on every day on which a rule in force becomes another. */
async function contradictionsOf(session: Session, catalogue: readonly Feature[], { rules, offers, legal }: RulesRead, provable: Provables) {
  const directions = new Map(catalogue.map(({ name, direction }) => [name, direction]));
  const days = rules.flatMap((rule) => rule.versions.flatMap((version) => daysOf(rule, version, legal))).map(({ date }) => date);
  const seen = new Set<string>();
  const all: { faults: string[]; households: number } = { faults: [], households: 0 };
  for (const date of [...new Set(days)].sort()) {
    const terms = new Map(offers.flatMap((offer) => provable.terms(offer).map((each) => [offer.code, each] as const)));
    const dated = rules
      .filter((rule) => isInForce(rule, date))
      .map((rule): DatedRule => {
        const said = ruleAt(rule, date);
        const suggested = said.offers.flatMap((code) => {
          const at = on(terms.get(code), date);
          return at === undefined ? [] : [[code, at] as const];
        });
        return {
          rule: said,
          condition: on(provable.rule({ ...said, versions: [said] })[0], date) as DatedExpression,
          terms: new Map(suggested),
        };
      });
    const found = await contradictions(session, date, dated, directions, seen);
    all.faults.push(...found.faults);
    all.households += found.households;
  }
  return all;
}

/** A provable as it is on a date: as on the last day of change. */
function on(provable: Provable | undefined, date: string): DatedExpression | undefined {
  const day = provable?.dates.findLast((each) => each.date <= date);
  return provable === undefined || day === undefined ? undefined : datedExpressions({ ...provable, dates: [day] })[0];
}
