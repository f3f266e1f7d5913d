import { guardFormula } from "../lists/formula-guard.ts";
import type { Monitoring } from "../runs/model-monitoring.ts";

const heading = ["as_of", "run_id", "of", "name", "measure", "value"];
type Cell = string | number | boolean | null;

/** All figures of a model's monitoring, one a row (RFC 4180). */
export function monitoringCsv({ nights, features, realised }: Monitoring): string {
  const rows: Cell[][] = [];
  for (const { as_of, run_id, score, expected, breached, ...night } of nights) {
    const add = (of: string, name: string, figures: object) =>
      rows.push(...Object.entries(figures).map(([measure, value]) => [as_of, run_id, of, name, measure, value as Cell]));
    add("night", "", {
      role: night.role,
      state: night.state,
      households: night.households,
      drifted: night.drifted,
      compared: night.compared,
      data_age_drifted: night.data_age.drifted,
      breached: breached.join(" "),
    });
    if (score !== null) add("score", "", score);
    if (expected !== null)
      for (const name of ["base_rate", "precision_at_5", "auc"] as const)
        if (expected[name] !== null) add("expected", name, expected[name]);
  }
  const newest = nights[0];
  if (newest !== undefined)
    for (const { feature, index, statistic, p, q, state, missing, medians } of features) {
      const figures = {
        index,
        statistic,
        p,
        q,
        state,
        unknown_before: missing.shares[0],
        unknown: missing.shares[1],
        median_before: medians[0],
        median: medians[1],
      };
      rows.push(
        ...Object.entries(figures).map(([measure, value]) => [newest.as_of, newest.run_id, "feature", feature, measure, value ?? null]),
      );
    }
  for (const { as_of, run_id, ...found } of realised)
    for (const name of ["base_rate", "precision_at_5", "auc"] as const)
      rows.push(...Object.entries(found[name] ?? {}).map(([measure, value]) => [as_of, run_id, "realised", name, measure, value as Cell]));
  return `${[heading, ...rows].map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

function field(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = guardFormula(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
