import type { IsoDate } from "../domain/dates.ts";
import { calibrationLine } from "../training/calibration-slope.ts";
import { expectedCalibrationError } from "../training/metrics.ts";
import { sigmoid } from "../training/sigmoid.ts";
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

/** Slopes between these are left alone: a map would add more chance than it takes away. */
const slopesLeftAlone = [0.9, 1.1] as const;
const clip = 1e-15;

/**
 * What a map fitted on earlier splits makes of each split's probabilities. Only splits whose labels were known on the day that the split began
 * are learned from, and only where their slope is outside .9-1.1.
 */
export function recalibrate(method: "none" | "platt", model: string, splits: readonly KnownScores[]): Recalibration[] {
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
    const isOff = line !== null && (line.slope < slopesLeftAlone[0] || line.slope > slopesLeftAlone[1]);
    const mapped = method === "platt" && isOff ? score.map((each) => sigmoid(line.intercept + line.slope * logit(each))) : null;
    return {
      model,
      split,
      learned_from: pooled.label.length,
      slope_before: line?.slope ?? null,
      method: mapped === null ? null : "platt",
      ece_before: expectedCalibrationError({ label, score }),
      ece_after: mapped === null ? null : expectedCalibrationError({ label, score: mapped }),
    };
  });
}

function logit(probability: number): number {
  const kept = Math.min(1 - clip, Math.max(clip, probability));
  return Math.log(kept / (1 - kept));
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
