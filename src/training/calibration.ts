import { UserError } from "../domain/errors.ts";
import { numberGroups } from "./bootstrap.ts";
import { type CalibrationLine, calibrationLine } from "./calibration-slope.ts";
import { fitIsotonic, type IsotonicMap, isotonicAt } from "./isotonic.ts";
import type { LogisticModel } from "./logistic-model.ts";
import { expectedCalibrationError } from "./metrics.ts";
import { type Predictions, tieGroups } from "./predictions.ts";
import { seededRandom } from "./random.ts";
import { sigmoid } from "./sigmoid.ts";
import { wilson } from "./wilson.ts";

/** What probabilities go through: `platt`, a line on the log-odds; `isotonic`, a rising line on the probability. */
export type Calibration = ({ kind: "platt" } & CalibrationLine) | ({ kind: "isotonic" } & IsotonicMap);

/** How far off probabilities are: see `calibrationLine` and `expectedCalibrationError`. */
export interface Offness {
  slope: number | null;
  intercept: number | null;
  ece: number;
}

/** A calibration, and what it is worth: `after` is measured on rows that the fit of its line had not seen. */
export interface Calibrated {
  calibration: Calibration;
  before: Offness;
  after: Offness;
  /** Each row's probability by a fit on the other half. */
  crossed: Predictions;
}

/** Slopes on a later window that are left alone. */
const goodSlope = { least: 0.9, most: 1.1 };
const clip = 1e-15;

/** Whether a slope on later rows is near enough to 1 to be left alone: a map would add more chance than it takes away. */
export function isWellCalibrated(slope: number): boolean {
  return slope >= goodSlope.least && slope <= goodSlope.most;
}

/** A probability calibrated. */
export function calibrate(calibration: Calibration, probability: number): number {
  if (calibration.kind === "isotonic") return isotonicAt(calibration, probability);
  const kept = Math.min(1 - clip, Math.max(clip, probability));
  return sigmoid(calibration.slope * Math.log(kept / (1 - kept)) + calibration.intercept);
}

/** Fits a calibration. A UserError when there is none: one class, or scores that rank backwards. */
export function fitCalibration(predictions: Predictions, kind: Calibration["kind"]): Calibration {
  if (kind === "isotonic") return { kind, ...fitIsotonic(predictions) };
  const line = calibrationLine(predictions);
  if (line === null || line.slope <= 0)
    throw new UserError(
      "no_calibration",
      line === null
        ? "no line fits these rows: they hold one class or one score, or a threshold divides the events from the others"
        : `the model ranks these rows backwards (calibration slope ${line.slope.toFixed(2)}): it needs a new fit, not a calibration`,
    );
  return { kind, ...line };
}

/**
 * Null when the probabilities' slope on a later window lies within 0.9 to 1.1; else a calibration fitted on the whole window. What it is worth is
 * measured by fitting on one half of the groups (rows without them) and looking at the other, both ways.
 */
export function calibrateIfNeeded(
  predictions: Predictions,
  { kind = "platt", group }: { kind?: Calibration["kind"]; group?: readonly (string | number | null)[] | undefined } = {},
): Calibrated | null {
  const before = offness(predictions);
  if (before.slope !== null && isWellCalibrated(before.slope)) return null;
  const calibration = fitCalibration(predictions, kind);
  const crossed = crossCalibrated(predictions, kind, group);
  return { calibration, before, after: offness(crossed), crossed };
}

function offness(predictions: Predictions): Offness {
  const line = calibrationLine(predictions);
  return { slope: line?.slope ?? null, intercept: line?.intercept ?? null, ece: expectedCalibrationError(predictions) };
}

/** Each half calibrated by what the other one says. */
function crossCalibrated(
  predictions: Predictions,
  kind: Calibration["kind"],
  group: readonly (string | number | null)[] | undefined,
): Predictions {
  const { label, score, weight } = predictions;
  const groups = numberGroups(label.length, group);
  const random = seededRandom(1);
  const sideOf = Uint8Array.from({ length: groups.count }, () => (random() < 0.5 ? 0 : 1));
  const lines = [0, 1].map((side) => {
    const isThere = Float64Array.from(groups.ofRow, (each, row) => (sideOf[each] === side ? (weight?.[row] ?? 1) : 0));
    return fitCalibration({ label, score, weight: isThere }, kind);
  });
  return { label, weight, score: score.map((each, row) => calibrate(lines[1 - sideOf[groups.ofRow[row]!]!]!, each)) };
}

/** The same logistic regression with its log-odds through a line: exact, and its contributions still add up. */
export function calibratedLogistic({ base, terms }: LogisticModel, { slope, intercept }: CalibrationLine): LogisticModel {
  return {
    base: slope * base + intercept,
    terms: terms.map((term) => ({
      ...term,
      coefficient: slope * term.coefficient,
      missing: term.missing === null ? null : { ...term.missing, coefficient: slope * term.missing.coefficient },
    })),
  };
}

/** Rows of neighbouring probability: what was foretold on average, and the share with the event with Wilson's 95 % interval. */
export interface ReliabilityBin {
  n: number;
  predicted: number;
  observed: number;
  interval: readonly [number, number];
}

/** Bins of about equal weight by rising probability; rows of one probability stay together. `n` is their weight. */
export function reliability(predictions: Predictions, bins = 10): ReliabilityBin[] {
  const groups = tieGroups(predictions).reverse();
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  const sums = Array.from({ length: bins }, () => ({ n: 0, expected: 0, positive: 0 }));
  let before = 0;
  for (const { score, weight, positive } of groups) {
    const bin = sums[Math.min(bins - 1, Math.floor((bins * (before + weight / 2)) / total))]!;
    bin.n += weight;
    bin.expected += weight * score;
    bin.positive += positive;
    before += weight;
  }
  const filled = sums.filter(({ n }) => n > 0);
  return filled.map(({ n, expected, positive }) => {
    const observed = positive / n;
    return { n, predicted: expected / n, observed, interval: wilson(observed, n) };
  });
}

/** The reliability of each value of a column (a region, for instance) that at least 30 rows have; fewer bins where there are fewer rows. */
export function reliabilityBy(predictions: Predictions, values: readonly (string | null)[], bins = 10): Record<string, ReliabilityBin[]> {
  const rows = new Map<string, number[]>();
  values.forEach((value, row) => {
    if (value === null) return;
    const known = rows.get(value);
    if (known === undefined) rows.set(value, [row]);
    else known.push(row);
  });
  const kept = [...rows].filter(([, its]) => its.length >= leastRows).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    kept.map(([value, its]) => {
      const take = (from: ArrayLike<number>) => its.map((row) => from[row]!);
      const own = {
        label: Uint8Array.from(take(predictions.label)),
        score: Float64Array.from(take(predictions.score)),
        weight: predictions.weight && Float64Array.from(take(predictions.weight)),
      };
      return [value, reliability(own, Math.min(bins, Math.floor(its.length / leastRows)))];
    }),
  );
}
const leastRows = 30;
