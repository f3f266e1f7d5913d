import type { IsoDate } from "../domain/dates.ts";
import { calibrate, fitCalibration, isWellCalibrated } from "../training/calibration.ts";
import { calibrationLine } from "../training/calibration-slope.ts";
import { expectedCalibrationError } from "../training/metrics.ts";
import type { Recalibration } from "./backtest-result.ts";

/** A split's probabilities beside what came, and when that was known. */
export interface KnownScores {
  split: string;
  label: Uint8Array;
  score: Float64Array;
  /** The day on which the split's fit had to be ready. */
  begunOn: IsoDate;
  labelsKnownOn: IsoDate;
}

/**
 * What a map fitted on earlier splits makes of each split's probabilities. Only splits whose labels were known on the day that the split began
 * are learned from, and only where their slope is outside .9-1.1.
 */
export function recalibrate(method: "none" | "platt" | "isotonic", model: string, splits: readonly KnownScores[]): Recalibration[] {
  return splits.map(({ split, label, score, begunOn }, place) => {
    const earlier = splits.slice(0, place).filter(({ labelsKnownOn }) => labelsKnownOn <= begunOn);
    const pooled = {
      label: joined(
        Uint8Array,
        earlier.map((each) => each.label),
      ),
      score: joined(
        Float64Array,
        earlier.map((each) => each.score),
      ),
    };
    const line = earlier.length === 0 ? null : calibrationLine(pooled);
    const isOff = line !== null && line.slope > 0 && !isWellCalibrated(line.slope);
    const map = method === "none" || !isOff ? null : fitCalibration(pooled, method);
    const mapped = map === null ? null : score.map((each) => calibrate(map, each));
    return {
      model,
      split,
      learned_from: pooled.label.length,
      slope_before: line?.slope ?? null,
      method: map?.kind ?? null,
      ece_before: expectedCalibrationError({ label, score }),
      ece_after: mapped === null ? null : expectedCalibrationError({ label, score: mapped }),
    };
  });
}

function joined<T extends Uint8Array | Float64Array>(kind: new (length: number) => T, parts: readonly T[]): T {
  const whole = new kind(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part as never, at);
    at += part.length;
  }
  return whole;
}
