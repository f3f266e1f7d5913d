import { falseDiscoveryThreshold } from "./benjamini-hochberg.ts";
import type { Fairness, FairnessCell } from "./fairness.ts";
import type { Compared } from "./fairness-comparisons.ts";
import { upperTail, zOfUpperTail } from "./normal.ts";

/**
 * How far a group may stand behind the rest, in parts of one. `recall_gap`: its recall below the rest's. `calibration_gap`: its risk understated
 * by more than the rest's. `precision_gap`: its precision off the rest's, either way. A limit that is absent is not looked at.
 */
export interface FairnessLimits {
  recall_gap?: number | undefined;
  precision_gap?: number | undefined;
  calibration_gap?: number | undefined;
}

/** A cell and measure that a limit is broken by, or cannot be said to be kept by. */
export interface FairnessFinding {
  limit: keyof FairnessLimits;
  columns: readonly string[];
  values: readonly string[];
  /** `beyond`: the gap is above the limit, not by chance. `may_be_beyond`: it cannot be excluded (95 %). `too_few`: too few rows to tell. */
  code: "beyond" | "may_be_beyond" | "too_few";
  /** How far the cell stands behind the rest; negative where it stands before it. */
  gap: number | null;
  /** The gap that is excluded with 95 %, one side. */
  most: number | null;
  most_allowed: number;
}

export interface FairnessVerdict {
  verdict: "fair" | "unfair" | "undecided";
  findings: FairnessFinding[];
}

const measureOf = { recall_gap: "recall", precision_gap: "precision", calibration_gap: "calibration_gap" } as const satisfies Record<
  keyof FairnessLimits,
  Compared
>;
const falseDiscoveryRate = 0.05;
const z95 = zOfUpperTail(0.05);

/**
 * `unfair` when some cell, of a column or of a pair, is beyond a limit not by chance (Benjamini and Hochberg over all cells and limits);
 * `fair` when every value of every column is within the limits with 95 %; else `undecided`. Pairs cannot make it undecided: some pair is always
 * too small to tell, and it is among the findings.
 */
export function judgeFairness(fairness: Fairness, limits: FairnessLimits): FairnessVerdict {
  const judged = Object.keys(measureOf).flatMap((name) => {
    const limit = name as keyof FairnessLimits;
    const allowed = limits[limit];
    return allowed === undefined ? [] : fairness.cells.map((cell) => judge(cell, limit, allowed));
  });
  const { threshold } = falseDiscoveryThreshold(
    judged.flatMap(({ chance }) => (chance === null ? [] : [chance])),
    falseDiscoveryRate,
  );
  const findings = judged.flatMap(({ chance, ...finding }): FairnessFinding[] => {
    if (chance !== null && chance <= threshold) return [{ ...finding, code: "beyond" }];
    return finding.most !== null && finding.most <= finding.most_allowed ? [] : [finding];
  });
  const isUnfair = findings.some(({ code }) => code === "beyond");
  const isOpen = findings.some(({ columns }) => columns.length === 1);
  return { verdict: isUnfair ? "unfair" : isOpen ? "undecided" : "fair", findings };
}

/** A finding, should it be one, and the chance of such a gap if it were at the limit. */
type Judged = FairnessFinding & { chance: number | null };

function judge({ columns, values, comparisons }: FairnessCell, limit: keyof FairnessLimits, most_allowed: number): Judged {
  const { difference, standard_error } = comparisons[measureOf[limit]];
  const about = { limit, columns, values, most_allowed };
  if (difference === null || standard_error === null)
    return { ...about, code: "too_few", gap: difference === null ? null : gapOf(limit, difference), most: null, chance: null };
  const gap = gapOf(limit, difference);
  const chance = upperTail((gap - most_allowed) / standard_error);
  return { ...about, code: "may_be_beyond", gap, most: gap + z95 * standard_error, chance };
}

function gapOf(limit: keyof FairnessLimits, difference: number): number {
  return limit === "precision_gap" ? Math.abs(difference) : -difference;
}
