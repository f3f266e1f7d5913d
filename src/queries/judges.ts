import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModelStanding, ModelState } from "../cases/model-states.ts";
import { hashOf } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import type { Language } from "../domain/languages.ts";
import type { Principal } from "../domain/principal.ts";
import { type Feature, featureTypes, readCatalogue } from "../features/catalogue.ts";
import { inspectRules } from "../rules/read-rules.ts";
import { isInForce, type Rule, ruleAt, ruleSummary } from "../rules/rule.ts";
import type { ModelManifest } from "../scoring/manifest.ts";
import { demoModelDirectory, modelIds, readModelDirectory } from "../scoring/model-store.ts";
import { requirePermission } from "./access.ts";
import { pageOf } from "./cursor.ts";
import type { Paging } from "./lists.ts";
import type { Sources } from "./parts.ts";

export type ShownFeature = Omit<Feature, "sentences" | "range" | "words"> & { sentence: string };

/** The catalogue of features. */
export async function listFeatures(
  principal: Principal,
  { deployment }: Sources,
  { lang, ...paging }: Paging & { lang: Language },
): Promise<{ items: ShownFeature[]; next_cursor: string | null }> {
  requirePermission(principal, "catalogue");
  const { items, next_cursor } = pageOf(readCatalogue(deployment.features), ({ name }) => name, { ...paging, of: "features" });
  return { items: items.map(({ sentences, range: _, words: __, ...feature }) => ({ ...feature, sentence: sentences[lang] })), next_cursor };
}

export type ShownRule = ReturnType<typeof ruleSummary> & { reason: string; is_in_force: boolean };

/** The rules as they are written, and which are in force on the day of the run that is shown. */
export async function listRules(
  principal: Principal,
  { deployment, published }: Sources,
  { lang, ...paging }: Paging & { lang: Language },
): Promise<{ as_of: IsoDate; items: ShownRule[]; next_cursor: string | null }> {
  requirePermission(principal, "catalogue");
  const asOf = await published.withCurrent(async ({ frame }) => frame.meta.as_of);
  const { items, next_cursor } = pageOf(await rulesOf(deployment), ({ id }) => id, { ...paging, of: "rules" });
  const shown = items.map((rule) => {
    const said = ruleAt(rule, asOf);
    return { ...ruleSummary(said), reason: said.reason[lang], is_in_force: isInForce(rule, asOf) };
  });
  return { as_of: asOf, items: shown, next_cursor };
}

const rulesRead = new Map<string, Promise<Rule[]>>();

/** Rules are parsed once for as long as their files stay as they are. */
async function rulesOf(deployment: Sources["deployment"]): Promise<Rule[]> {
  const key = hashOf(hashFiles([deployment.rules, deployment.features, deployment.parameters, deployment.offers], deployment.directory));
  const found = rulesRead.get(key) ?? inspectRules(deployment, featureTypes(readCatalogue(deployment.features))).then(({ rules }) => rules);
  rulesRead.clear();
  rulesRead.set(key, found);
  found.catch(() => rulesRead.delete(key));
  return found;
}

export type ShownModel = Pick<
  ModelManifest,
  "id" | "name" | "kind" | "label" | "horizon_months" | "synthetic" | "training" | "quality" | "base"
> & {
  is_champion: boolean;
  state: ModelState;
  since: string | null;
  features: { name: string; direction: string; needs_consent: boolean }[];
};

/** The models of the data directory and the shipped demo model; the champion first. One that cannot be used is named with the reason. */
export async function listModels(
  principal: Principal,
  { data, standings }: Sources,
): Promise<{ items: ShownModel[]; broken: { id: string; reason: string }[] }> {
  requirePermission(principal, "models");
  const standing = await standings();
  const directories = modelIds(data).map((id) => ({ id, directory: join(data.models, id) }));
  const demo = demoModelDirectory();
  if (existsSync(join(demo, "manifest.json"))) directories.push({ id: "demo", directory: demo });
  const found = directories.map(({ id, directory }) => {
    try {
      return { model: shown(readModelDirectory(directory, id === "demo" ? undefined : id).manifest, standing) };
    } catch (error) {
      return { broken: { id, reason: (error as Error).message } };
    }
  });
  const items = found.flatMap(({ model }) => model ?? []).sort((a, b) => Number(b.is_champion) - Number(a.is_champion));
  return { items, broken: found.flatMap(({ broken }) => broken ?? []) };
}

function shown(manifest: ModelManifest, standings: ReadonlyMap<string, ModelStanding>): ShownModel {
  const { id, name, kind, label, horizon_months, synthetic, training, quality, base, features } = manifest;
  const standing = standings.get(id);
  return {
    ...{ id, name, kind, label, horizon_months, synthetic, training, quality, base },
    is_champion: standing?.state === "champion",
    state: standing?.state ?? "candidate",
    since: standing?.since ?? null,
    features: features.map(({ name, direction, needs_consent }) => ({ name, direction, needs_consent })),
  };
}
