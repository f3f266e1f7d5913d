import { UserError } from "../domain/errors.ts";
import type { BoostedManifest, ModelManifest } from "./manifest.ts";

/** The rankings that lists fall back on: a model that puts fewer of those who fall on top than they do is of no use. */
const rankingsToBeat = ["rules", "need"];
const metric = "precision_at_5";

/** What a model lacks to become champion, each in words; nothing when it may. */
export function unmetForPromotion(manifest: Judged): string[] {
  return [...unprovenDirections(manifest), ...unmetQuality(manifest)];
}

/** What of a manifest decides; `proofs` where the model has some. */
type Judged = Pick<ModelManifest, "quality"> & Partial<Pick<BoostedManifest, "proofs">>;

function unprovenDirections({ proofs = [] }: Judged): string[] {
  return proofs.filter(({ by }) => by === "none").map(({ feature, failure }) => `the direction of ${feature} is not proven (${failure})`);
}

function unmetQuality({ quality }: Judged): string[] {
  if (quality === null) return ["its quality was never measured"];
  if (quality.kept_aside !== "later") return ["it was not measured on a later window than it was fitted on"];
  const own = quality.metrics[metric] ?? null;
  if (own === null) return ["its precision at 5 % is unknown"];
  const rivals = rankingsToBeat.filter((name) => typeof quality.baselines[name]?.[metric] === "number");
  if (rivals.length === 0) return [`no ${rankingsToBeat.join(" or ")} ranking was measured beside it`];
  return rivals.flatMap((name) => {
    const theirs = quality.baselines[name]![metric]!;
    return own < theirs ? [`its precision at 5 % is ${own.toFixed(4)}, that of the ${name} ranking ${theirs.toFixed(4)}`] : [];
  });
}

/** Refuses a model that may not become champion, naming all that is unmet. */
export function requirePromotable(manifest: Pick<ModelManifest, "id" | "name"> & Judged): void {
  const unmet = unmetForPromotion(manifest);
  if (unmet.length > 0)
    throw new UserError(
      "not_promotable",
      `${manifest.name} (${manifest.id.slice(0, 12)}) cannot become champion: ${unmet.join("; ")}; fit it with npx aldyn model train, or go on with rules and need: npx aldyn model promote none --why "..."`,
    );
}
