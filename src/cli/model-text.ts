import type { Interval } from "../training/bootstrap.ts";

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
