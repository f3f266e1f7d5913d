import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { type ParameterSet, parametersAt, readParameters, regionalNames } from "../parameters/dated-values.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { openDatabase } from "../warehouse/database.ts";
import { type CompiledRule, compileRules } from "./compile.ts";
import { type CompiledOffer, compileOffers, offerCodes, readOffers } from "./offers.ts";
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

/** Every rule of the deployment that is whole, and every fault of rules and forms of support. */
export async function inspectRules(
  deployment: Deployment,
  features: ReadonlyMap<string, ValueType>,
): Promise<{ rules: Rule[]; faults: string[] }> {
  const context = contextOf(deployment, readParameters(deployment.parameters), features);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const { rules, faults } = await checkRules(session, listingFiles(deployment).rules, context);
    const offerFault = await readOffers(session, deployment.offers, context).then(
      () => [],
      (error: unknown) => {
        if (error instanceof UserError) return [error.message];
        throw error;
      },
    );
    return { rules, faults: [...faults, ...offerFault] };
  } finally {
    session.close();
  }
}

function contextOf(deployment: Deployment, parameters: ParameterSet, features: ReadonlyMap<string, ValueType>): RuleContext {
  const regional = regionalNames(parameters);
  const everywhere = [...parameters.keys()].filter((name) => !regional.has(name));
  return { features, parameters: new Set(everywhere), regional, offers: offerCodes(listingFiles(deployment).offers) };
}
