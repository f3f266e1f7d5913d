import type { ExternalManifest, Sweep } from "./manifest.ts";
import { markdownTable } from "./markdown-table.ts";

/** What a model made elsewhere looks at, and how its directions did when they were tried. */
export function externalCardParts({ plan, features, sweeps }: ExternalManifest): string[] {
  const swept = new Map((sweeps ?? []).map((sweep) => [sweep.feature, sweep]));
  const rows = features.map(({ name, direction, takes_unknown }) => {
    const unknown = takes_unknown === null ? "not tried" : takes_unknown ? "yes" : "**no**";
    return [`\`${name}\``, direction, direction === "free" ? "" : sayDirection(swept.get(name)), unknown];
  });
  const read = plan.link === "logistic" ? "log-odds, made a probability by the logistic function" : "a probability";
  return [
    `A black box to Aldyn: output ${plan.output} is read as ${read}. Its file is run as it came; no formula stands behind it here, and reasons do not come from it.`,
    "A direction + or - is what a rise of the feature may do to the risk; it was tried on sample rows, which finds breaches and proves nothing.",
    markdownTable(["feature", "direction", "tried", "may be unknown"], rows),
  ];
}

/** One line on a direction that was tried, or was not. */
export function sayDirection(sweep: Sweep | undefined): string {
  if (sweep === undefined) return "**not tried**";
  const { rows, steps, violations, worst } = sweep;
  if (worst === null) return `kept on ${rows} rows, ${steps} steps`;
  return `**broken** on ${violations} of ${steps} steps; worst from ${worst.from} to ${worst.to}: ${worst.before.toFixed(4)} to ${worst.after.toFixed(4)}`;
}
