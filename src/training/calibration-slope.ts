import type { Predictions } from "./predictions.ts";
import { logisticLoss, sigmoid } from "./sigmoid.ts";

/** How far off probabilities are on the log-odds scale: perfect is slope 1, intercept 0; a slope under 1 means too extreme. */
export interface CalibrationLine {
  slope: number;
  intercept: number;
}

const clip = 1e-15;
const mostIterations = 100;

/** The line of the logistic regression of the event on logit(probability), by Newton's method. Null when none exists (one class, one probability, or a perfect order). */
export function calibrationLine(predictions: Predictions): CalibrationLine | null {
  const logits = predictions.score.map((score) => {
    const kept = Math.min(1 - clip, Math.max(clip, score));
    return Math.log(kept / (1 - kept));
  });
  let line: CalibrationLine = { intercept: 0, slope: 1 };
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = newtonStep(predictions, logits, line);
    if (step === null) return null;
    if (Math.abs(step.slope) + Math.abs(step.intercept) < 1e-10) return line;
    const next = shorten(predictions, logits, line, step);
    if (next === null) return line;
    line = next;
  }
  return null;
}

function newtonStep({ label, weight }: Predictions, logits: Float64Array, line: CalibrationLine): CalibrationLine | null {
  let [g0, g1, h00, h01, h11, all] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < logits.length; row++) {
    const [x, share] = [logits[row]!, weight === undefined ? 1 : weight[row]!];
    const p = sigmoid(line.intercept + line.slope * x);
    const [residual, curve] = [share * (p - label[row]!), share * p * (1 - p)];
    g0 += residual;
    g1 += residual * x;
    h00 += curve;
    h01 += curve * x;
    h11 += curve * x * x;
    all += share;
  }
  const determinant = h00 * h11 - h01 * h01;
  if (!(h00 > 1e-9 * all && determinant > 1e-12 * h00 * Math.max(h11, h00))) return null;
  return { intercept: -(h11 * g0 - h01 * g1) / determinant, slope: -(h00 * g1 - h01 * g0) / determinant };
}

/** The step halved until the loss does not rise; null when no part of it helps (the line is as good as doubles allow). */
function shorten(predictions: Predictions, logits: Float64Array, line: CalibrationLine, step: CalibrationLine): CalibrationLine | null {
  const before = loss(predictions, logits, line);
  for (let part = 1; part > 1e-9; part /= 2) {
    const next = { intercept: line.intercept + part * step.intercept, slope: line.slope + part * step.slope };
    if (loss(predictions, logits, next) <= before) return next;
  }
  return null;
}

function loss({ label, weight }: Predictions, logits: Float64Array, line: CalibrationLine): number {
  let sum = 0;
  for (let row = 0; row < logits.length; row++)
    sum += (weight === undefined ? 1 : weight[row]!) * logisticLoss(line.intercept + line.slope * logits[row]!, label[row]!);
  return sum;
}
