import type { Expected } from "../monitoring/expected.ts";
import type { Fallback } from "../monitoring/verdict.ts";
import { markdownTable } from "../scoring/markdown-table.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { readNight } from "./alert.ts";

/** What monitoring of a run wants looked at, in words. */
export function monitoringWarnings(data: DataDirectory, run: string): string[] {
  const night = readNight(data, run);
  if (night === undefined) return [];
  if (night.state === "failed") return [`monitoring of the model failed: ${night.reason}`];
  return [
    ...(night.breached.length === 0 ? [] : [`the model's monitoring reached its threshold: ${night.breached.join(", ")}`]),
    ...(night.drifted === 0
      ? []
      : [`${night.drifted} of ${night.compared} features have drifted from what the model learned from (npx aldyn model monitor)`]),
  ];
}

/** Why a run goes on without its champion. */
export function sayFallback({ id, name, since, nights, reached }: Fallback): string {
  return `Monitoring raised an alert: from ${since} on ${nights} nights in a row reached ${reached}. The list goes on with rules and need, without ${name} (${id}), until an operator promotes another model, or turns this one off and on again.`;
}

/** The report's section on the model: what it is expected to be worth, and what has moved. */
export function monitoringSection(data: DataDirectory, run: string): string[] {
  const night = readNight(data, run);
  if (night === undefined || night.state === "no_model" || night.state === "failed") return [];
  const moved = night.features.filter(({ state }) => state !== "stable");
  return [
    "## Model",
    `Of ${night.households.toLocaleString("en")} households that its label speaks of${night.expected === null ? "" : `: ${sayExpected(night.expected, night.at_fit)}`}.`,
    night.state === "no_reference"
      ? "There is no reference of the rows that it learned from, so that drift is not measured."
      : `Score: stability index ${figure(night.score?.index ?? null)} (${night.score?.state ?? "unknown"}). Features: ${night.drifted} of ${night.compared} drifted; of the data's age ${night.data_age.drifted} of ${night.data_age.compared}.`,
    ...(moved.length === 0
      ? []
      : [
          markdownTable(
            ["feature", "state", "index", "q", "unknown before, now", "median before, now"],
            moved.map(({ feature, state, index, q, missing, medians }) => [
              feature,
              state,
              figure(index),
              figure(q),
              missing.shares.map(figure).join(", "),
              medians.map(figure).join(", "),
            ]),
          ),
        ]),
  ];
}

/** Precision at 5 % as it is expected, beside that at the fit. */
export function sayExpected(expected: Expected, atFit: { precision_at_5: number | null } | null): string {
  const { value, low, high } = expected.precision_at_5;
  return `expected precision at 5 % ${figure(value)} (${figure(low)} to ${figure(high)}), at the fit ${figure(atFit?.precision_at_5 ?? null)}`;
}

/** A figure with three digits; "-" when unknown. */
export function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : String(Number(value.toPrecision(3)));
}
