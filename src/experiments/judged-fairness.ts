import type { MeasuredQuality } from "../scoring/manifest.ts";
import { measureFairness } from "../training/fairness.ts";
import { type FairnessFinding, judgeFairness } from "../training/fairness-limits.ts";
import { fairnessRows } from "./backtest-fairness.ts";
import { listsOf } from "./capacity.ts";
import type { Experiment } from "./experiment.ts";
import type { LaterMeasure } from "./measure-later.ts";
import type { ProtectedTraits } from "./protected-traits.ts";
import type { Matrix } from "./read-matrix.ts";

/** Whether the lists of the later window serve groups alike, by the experiment's limit; nothing where it sets none. */
export function judgedFairness(
  experiment: Pick<Experiment, "fairness" | "capacity" | "bootstrap">,
  matrix: Matrix,
  { rows, predictions }: LaterMeasure,
  traits: ProtectedTraits,
): Pick<MeasuredQuality, "fairness"> {
  const { groups, recall_gap_at_most } = experiment.fairness;
  if (recall_gap_at_most === undefined) return {};
  const lists = listsOf(matrix, rows, experiment.capacity);
  const household = Array.from(rows, (row) => matrix.household[row]!);
  const measured = measureFairness(fairnessRows({ ...predictions, household, lists }, traits, groups), {
    replicates: experiment.bootstrap,
  });
  const { verdict, findings } = judgeFairness(measured, { recall_gap: recall_gap_at_most });
  return {
    fairness: { verdict, findings: findings.filter(({ columns, code }) => columns.length === 1 || code === "beyond").map(sayFinding) },
  };
}

/** As a code that stands in texts of any language: the group, the gap, the gap that is excluded with 95 %, and what is allowed, in parts of one. */
function sayFinding({ limit, columns, values, code, gap, most, most_allowed }: FairnessFinding): string {
  const number = (share: number | null) => (share === null ? "unknown" : share.toFixed(3));
  const who = columns.map((column, index) => `${column}=${values[index]}`).join(",");
  return `${who} ${limit}=${number(gap)} most=${number(most)} allowed=${number(most_allowed)} ${code}`;
}
