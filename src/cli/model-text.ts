import type { OwnManifest } from "../scoring/manifest.ts";
import type { Interval } from "../training/bootstrap.ts";
import { textTable } from "./text-table.ts";

/** Metrics with their 95 % intervals, one a line. */
export function describeMetrics(metrics: object, intervals: object): string {
  const bounds = new Map(Object.entries(intervals) as [string, Interval | null][]);
  return (Object.entries(metrics) as [string, number | null][])
    .map(([name, value]) => {
      const interval = bounds.get(name) ?? null;
      const range = interval === null ? "" : `   ${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}`;
      return `  ${name.padEnd(24)}${(value === null ? "unknown" : value.toFixed(4)).padStart(9)}${range}`;
    })
    .join("\n");
}

/** `a,b,c` as names; undefined as none. */
export function nameList(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** A trained model beside the rankings it must beat, on the rows kept aside. */
export function describeChampion({ name, id, training, quality }: OwnManifest): string {
  const head = `Model ${name} (${id.slice(0, 12)}): ${training.rows} rows, ${training.positives} with the event, looked from ${training.from} to ${training.until}`;
  return `${head}\n${describeQuality(quality)}`;
}

/** The same of its quality alone. */
export function describeQuality(quality: OwnManifest["quality"]): string {
  if (quality === null) return "Its quality is unknown";
  const rankings = Object.entries({ model: quality.metrics, ...quality.baselines });
  const cell = (value: number | null | undefined) => (value === null || value === undefined ? "-" : value.toFixed(4));
  const rows = rankings.map(([ranking, metrics]) => [ranking, ...shown.map(([metric]) => cell(metrics[metric]))]);
  return [
    `On ${quality.n} later rows (${quality.from} to ${quality.until}), ${quality.positives} with the event, by a fit that had not seen them:`,
    textTable(["ranking", ...shown.map(([, title]) => title)], rows),
  ].join("\n");
}

const shown = [
  ["auc", "AUC"],
  ["average_precision", "average precision"],
  ["precision_at_5", "precision at 5 %"],
  ["recall_at_10", "recall at 10 %"],
  ["brier", "Brier"],
  ["ece", "ECE"],
] as const;
