import { UserError } from "../domain/errors.ts";
import type { Authority } from "./authority.ts";
import { sayDirection } from "./external-card.ts";
import type { BoostedManifest, ExternalManifest, MeasuredQuality, ModelManifest } from "./manifest.ts";
import type { PromotionConditions } from "./promotion-conditions.ts";

/** The rankings that lists fall back on: a model that puts fewer of those who fall on top than they do is of no use. */
const rankingsToBeat = ["rules", "need"];
const metric = "precision_at_5";

/** What a model lacks to become champion, each in words; nothing when it may. */
export function unmetForPromotion(manifest: Judged, conditions: PromotionConditions): string[] {
  return [
    ...unprovenDirections(manifest),
    ...untriedDirections(manifest),
    ...unmetForUnknown(manifest),
    ...unmetQuality(manifest, conditions),
    ...unmetCard(manifest, conditions),
  ];
}

/** What of a manifest decides; `proofs` where the model has some. */
type Judged = Pick<ModelManifest, "quality" | "synthetic" | "horizon_months"> &
  Partial<Pick<BoostedManifest, "proofs">> & { plan?: unknown } & Partial<
    Pick<ExternalManifest, "sweeps"> & { features: readonly Partial<ExternalManifest["features"][number]>[] }
  >;

function unprovenDirections({ proofs = [] }: Judged): string[] {
  return proofs.filter(({ by }) => by === "none").map(({ feature, failure }) => `the direction of ${feature} is not proven (${failure})`);
}

/** A model made elsewhere: each declared direction was tried on rows, and kept. */
function untriedDirections({ plan, sweeps, features = [] }: Judged): string[] {
  if (plan === undefined) return [];
  if (!sweeps) return ["its directions were never tried (register it with --rows FILE)"];
  if (features.every((feature) => feature.direction === "free"))
    return ["no direction is declared for any of its features (directions in the features file)"];
  return sweeps
    .filter((sweep) => sweep.violations > 0)
    .map((sweep) => `the direction of ${sweep.feature} is ${sayDirection(sweep).replaceAll("**", "")}`);
}

/** The same: what may be unknown of a household it takes as unknown, and where consent decides it is not asked. */
function unmetForUnknown({ plan, features = [] }: Judged): string[] {
  if (plan === undefined) return [];
  const gapless = features.filter((feature) => feature.takes_unknown === false).map((feature) => feature.name);
  const consented = features.filter((feature) => feature.needs_consent === true).map((feature) => feature.name);
  return [
    ...(gapless.length > 0
      ? [`it gives no number where ${gapless.join(", ")} is unknown, as may be of any household (export it with an imputer)`]
      : []),
    ...(consented.length > 0 ? [`${consented.join(", ")} is known only with consent, and refusing it must not weigh`] : []),
  ];
}

function unmetQuality({ quality, plan }: Judged, conditions: PromotionConditions): string[] {
  if (quality === null) return [`its quality was never measured${plan === undefined ? "" : " (npx aldyn model measure)"}`];
  return [
    ...(quality.kept_aside === "later" ? [] : ["it was not measured on a later window than it was fitted on"]),
    ...worseThanRivals(quality),
    ...miscalibrated(quality, conditions),
    ...unfair(quality, conditions),
  ];
}

function worseThanRivals(quality: MeasuredQuality): string[] {
  const own = quality.metrics[metric] ?? null;
  if (own === null) return ["its precision at 5 % is unknown"];
  const rivals = rankingsToBeat.filter((name) => typeof quality.baselines[name]?.[metric] === "number");
  if (rivals.length === 0) return [`no ${rankingsToBeat.join(" or ")} ranking was measured beside it`];
  return rivals.flatMap((name) => {
    const theirs = quality.baselines[name]![metric]!;
    return own < theirs ? [`its precision at 5 % is ${own.toFixed(4)}, that of the ${name} ranking ${theirs.toFixed(4)}`] : [];
  });
}

function miscalibrated({ metrics }: MeasuredQuality, { most_ece }: PromotionConditions): string[] {
  const ece = metrics["ece"] ?? null;
  if (ece === null) return ["its calibration error is unknown"];
  return ece > most_ece ? [`its calibration error (ECE) is ${ece.toFixed(4)}, more than ${most_ece}`] : [];
}

function unfair({ fairness }: MeasuredQuality, conditions: PromotionConditions): string[] {
  if (fairness === undefined) return conditions.fairness === "required" ? ["its fairness was never measured"] : [];
  return fairness.verdict === "unfair" ? [`it was found unfair: ${fairness.findings.join(", ") || "no findings are named"}`] : [];
}

/** What the card and the public register must say and cannot; the legal basis only of a model that learned from real registers. */
function unmetCard({ synthetic, horizon_months }: Judged, { authority }: PromotionConditions): string[] {
  const asked: readonly (keyof Authority)[] = [
    "intended_use",
    "owner",
    "contact",
    "retention_days",
    ...(synthetic ? [] : (["legal_basis"] as const)),
  ];
  const missing = asked.filter((field) => (authority[field] ?? null) === null);
  return [
    ...(horizon_months === null ? ["its card lacks horizon_months: for how long ahead it foretells"] : []),
    ...missing.map((field) => `its card lacks ${field} (authority.yaml of the deployment)`),
  ];
}

/** Refuses a model that may not become champion, naming all that is unmet. */
export function requirePromotable(manifest: Pick<ModelManifest, "id" | "name"> & Judged, conditions: PromotionConditions): void {
  const unmet = unmetForPromotion(manifest, conditions);
  if (unmet.length > 0)
    throw new UserError(
      "not_promotable",
      `${manifest.name} (${manifest.id.slice(0, 12)}) cannot become champion: ${unmet.join("; ")}; fit it with npx aldyn model train, or go on with rules and need: npx aldyn model off --why "..."`,
    );
}
