import { type Predictions, totals } from "./predictions.ts";
import { logisticLoss, sigmoid } from "./sigmoid.ts";

/** How far off probabilities are on the log-odds scale: perfect is slope 1, intercept 0; a slope under 1 means too extreme. */
export interface CalibrationLine {
  slope: number;
  intercept: number;
}

const clip = 1e-15;
const mostIterations = 100;

/** Rows on the standardised log-odds of their probability. */
interface Rows {
  label: Uint8Array;
  weight: Float64Array | undefined;
  place: Float64Array;
}

/**
 * The line of the logistic regression of the event on logit(probability), by Newton's method with step halving.
 * Null when there is none: one class, one probability, or one threshold that divides the events from the others.
 */
export function calibrationLine(predictions: Predictions): CalibrationLine | null {
  if (isDivisible(predictions)) return null;
  const { weight, positive } = totals(predictions);
  const logits = predictions.score.map((score) => {
    const kept = Math.min(1 - clip, Math.max(clip, score));
    return Math.log(kept / (1 - kept));
  });
  const share = (row: number) => (predictions.weight?.[row] ?? 1) / weight;
  const mean = logits.reduce((sum, logit, row) => sum + share(row) * logit, 0);
  const deviation = Math.sqrt(logits.reduce((sum, logit, row) => sum + share(row) * (logit - mean) ** 2, 0));
  const rows = { label: predictions.label, weight: predictions.weight, place: logits.map((logit) => (logit - mean) / deviation) };
  const line = search(rows, { slope: 0, intercept: Math.log(positive / (weight - positive)) });
  return line === null ? null : { slope: line.slope / deviation, intercept: line.intercept - (line.slope * mean) / deviation };
}

/** Whether some threshold has all events on one side and all others on the other (both may lie on it); then no best line exists. */
function isDivisible({ label, score, weight }: Predictions): boolean {
  const [least, most] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  for (let row = 0; row < label.length; row++) {
    if (weight?.[row] === 0) continue;
    const event = label[row] as 0 | 1;
    least[event] = Math.min(least[event]!, score[row]!);
    most[event] = Math.max(most[event]!, score[row]!);
  }
  return most[0]! <= least[1]! || most[1]! <= least[0]!;
}

function search(rows: Rows, start: CalibrationLine): CalibrationLine | null {
  let line = start;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = newtonStep(rows, line);
    if (Math.abs(step.slope) + Math.abs(step.intercept) < 1e-10) return line;
    const next = shorten(rows, line, step);
    if (next === null) return line;
    line = next;
  }
  return null;
}

function newtonStep({ label, weight, place }: Rows, line: CalibrationLine): CalibrationLine {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
  for (let row = 0; row < place.length; row++) {
    const [x, share] = [place[row]!, weight === undefined ? 1 : weight[row]!];
    const p = sigmoid(line.intercept + line.slope * x);
    const [residual, curve] = [share * (p - label[row]!), share * p * (1 - p)];
    g0 += residual;
    g1 += residual * x;
    h00 += curve;
    h01 += curve * x;
    h11 += curve * x * x;
  }
  const determinant = h00 * h11 - h01 * h01;
  return { intercept: -(h11 * g0 - h01 * g1) / determinant, slope: -(h00 * g1 - h01 * g0) / determinant };
}

/** The step halved until the loss falls; null when no part of it helps: the line is as good as doubles allow. */
function shorten(rows: Rows, line: CalibrationLine, step: CalibrationLine): CalibrationLine | null {
  const before = loss(rows, line);
  for (let part = 1; part > 1e-9; part /= 2) {
    const next = { intercept: line.intercept + part * step.intercept, slope: line.slope + part * step.slope };
    if (loss(rows, next) < before) return next;
  }
  return null;
}

function loss({ label, weight, place }: Rows, line: CalibrationLine): number {
  let sum = 0;
  for (let row = 0; row < place.length; row++)
    sum += (weight === undefined ? 1 : weight[row]!) * logisticLoss(line.intercept + line.slope * place[row]!, label[row]!);
  return sum;
}
