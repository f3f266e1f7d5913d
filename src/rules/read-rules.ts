import { readdirSync } from "node:fs";
import { basename } from "node:path";
import type { IsoDate } from "../domain/dates.ts";
import { inspectParameters, type ParameterSet, parametersAt, readParameters, regionalNames } from "../parameters/dated-values.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { openDatabase } from "../warehouse/database.ts";
import { type CompiledRule, compileRules } from "./compile.ts";
import { type CompiledOffer, checkOffers, compileOffers, type Offer, type OfferVocabulary, offerCodes, readOffers } from "./offers.ts";
import type { ValueType } from "./parse-condition.ts";
import type { Rule } from "./rule.ts";
import { checkRules, type RuleContext, readRules } from "./rule-file.ts";

/** Everything that rules judge by on a date. */
export interface RulesInForce {
  rules: CompiledRule[];
  offers: CompiledOffer[];
  legal: ReadonlyMap<string, number>;
}

/** The deployment's rules and forms of support with the values in force on a date, every expression checked. */
export async function rulesInForce(deployment: Deployment, features: ReadonlyMap<string, ValueType>, date: IsoDate): Promise<RulesInForce> {
  const parameters = readParameters(deployment.parameters);
  const context = contextOf(deployment, parameters, features);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const legal = parametersAt(parameters, date);
    const rules = await readRules(session, listingFiles(deployment).rules, context);
    const offers = await readOffers(session, deployment.offers, context);
    return { rules: compileRules(rules, legal, date), offers: compileOffers(offers, legal), legal };
  } finally {
    session.close();
  }
}

/** What a deployment's rules are, as far as they can be read. */
export interface RulesRead {
  rules: Rule[];
  offers: Offer[];
  legal: ParameterSet;
  faults: string[];
}

/** Every rule and form of support of the deployment that is whole, and every fault of them and of the legal values. */
export async function inspectRules(deployment: Deployment, features: ReadonlyMap<string, ValueType>): Promise<RulesRead> {
  const { parameters, faults } = inspectParameters(deployment.parameters);
  const context = contextOf(deployment, parameters, features);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const ofRules = await checkRules(session, listingFiles(deployment).rules, context);
    const ofOffers = await checkOffers(session, deployment.offers, context);
    const all = [...faults, ...ofRules.faults, ...ofOffers.faults];
    return { rules: ofRules.rules, offers: ofOffers.offers, legal: parameters, faults: all };
  } finally {
    session.close();
  }
}

function contextOf(
  deployment: Deployment,
  parameters: ParameterSet,
  features: ReadonlyMap<string, ValueType>,
): RuleContext & OfferVocabulary {
  const regional = regionalNames(parameters);
  const everywhere = [...parameters.keys()].filter((name) => !regional.has(name));
  const { offers, programmes } = listingFiles(deployment);
  const files = readdirSync(programmes).filter((name) => name.endsWith(".yaml"));
  return {
    ...{ features, parameters: new Set(everywhere), regional, offers: offerCodes(offers) },
    programmes: new Set(files.map((name) => basename(name, ".yaml"))),
  };
}
