import { hashOf } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { type Feature, featureTypes, readCatalogue } from "../features/catalogue.ts";
import { type Policy, policyAt } from "../lists/policy.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import type { ModelManifest } from "../scoring/manifest.ts";
import { type PromotionConditions, promotionConditions } from "../scoring/promotion-conditions.ts";

/** What the model reads of one register, by family of features. */
export interface RegisterUse {
  register: string;
  families: readonly string[];
  features: number;
  /** Features that are known only with a family's consent. */
  consented: readonly string[];
}

/** Everything that a public entry on a model is made from: its manifest, and the configuration in force on a day. */
export interface DisclosureFacts {
  date: IsoDate;
  manifest: ModelManifest;
  /** Its state in the model registry, and since when; null of one whose state was never changed. */
  state: string;
  since: string | null;
  conditions: PromotionConditions;
  policy: Policy;
  rules: number;
  registers: readonly RegisterUse[];
  /** Features that the catalogue does not have: of a model made for other columns. */
  unknown: readonly string[];
  country: string;
  hashes: Readonly<Record<"rules" | "policy" | "catalogue" | "parameters", string>>;
}

/** Gathers the facts on a model as the configuration has them on a date. */
export async function disclosureFacts(
  deployment: Deployment,
  { manifest, state, since }: Pick<DisclosureFacts, "manifest" | "state" | "since">,
  date: IsoDate,
): Promise<DisclosureFacts> {
  const catalogue = readCatalogue(deployment.features);
  const { rules: ruleFiles, offers, policy } = listingFiles(deployment);
  const near = (...paths: string[]) => hashOf(hashFiles(paths, deployment.directory));
  const known = new Map(catalogue.map((feature) => [feature.name, feature]));
  const names = manifest.features.map((feature) => feature.name);
  const { rules } = await rulesInForce(deployment, featureTypes(catalogue), date);
  return {
    ...{ date, manifest, state, since },
    conditions: promotionConditions(deployment, date),
    policy: policyAt(policy, date),
    rules: rules.length,
    registers: registersOf(names.flatMap((name) => known.get(name) ?? [])),
    unknown: names.filter((name) => !known.has(name)),
    country: deployment.country,
    hashes: {
      rules: near(ruleFiles, offers),
      policy: near(policy),
      catalogue: near(deployment.features),
      parameters: near(deployment.parameters, deployment.quarters),
    },
  };
}

function registersOf(features: readonly Feature[]): RegisterUse[] {
  const registers = [...new Set(features.map(({ register }) => register))].sort();
  return registers.map((register) => {
    const own = features.filter((feature) => feature.register === register);
    return {
      register,
      families: [...new Set(own.map(({ family }) => family))].sort(),
      features: own.length,
      consented: own.filter(({ needs_consent }) => needs_consent).map(({ name }) => name),
    };
  });
}
