import type { Interval } from "../training/bootstrap.ts";

/** Spells by their length: how many ended then, and how many were last seen then, not ended. */
export interface SpellTimes {
  days: number;
  events: number;
  censored: number;
}

/** A step of the curve: the share that has not ended after so many days, with its 95 % band. */
export interface SurvivalPoint {
  days: number;
  at_risk: number;
  events: number;
  survival: number;
  /** Null where the share is 0 or 1, of which Greenwood's formula says nothing. */
  interval: Interval | null;
}

const z = 1.959964;

/**
 * Product-limit estimate (Kaplan and Meier 1958): a step at each length at which a spell ended. Who is last seen on a day counts as at risk on
 * it. Band: Greenwood's variance on the scale log(-log S) (Kalbfleisch and Prentice 1980), which stays within 0 and 1.
 */
export function kaplanMeier(times: readonly SpellTimes[]): SurvivalPoint[] {
  let atRisk = times.reduce((sum, { events, censored }) => sum + events + censored, 0);
  let [survival, greenwood] = [1, 0];
  const points: SurvivalPoint[] = [];
  for (const { days, events, censored } of [...times].sort((a, b) => a.days - b.days)) {
    if (events > 0) {
      survival *= (atRisk - events) / atRisk;
      greenwood += events / (atRisk * (atRisk - events));
      points.push({ days, at_risk: atRisk, events, survival, interval: bandOf(survival, greenwood) });
    }
    atRisk -= events + censored;
  }
  return points;
}

function bandOf(survival: number, greenwood: number): Interval | null {
  if (survival <= 0 || survival >= 1) return null;
  const half = (z * Math.sqrt(greenwood)) / Math.abs(Math.log(survival));
  return [survival ** Math.exp(half), survival ** Math.exp(-half)];
}

/** The shortest length by which half have ended; null when fewer have as far as is seen. */
export function medianOf(points: readonly SurvivalPoint[]): number | null {
  return points.find(({ survival }) => survival <= 0.5)?.days ?? null;
}

/** The curve's value after so many days; null past the longest spell that was seen. */
export function survivalAt(times: readonly SpellTimes[], points: readonly SurvivalPoint[], days: number): SurvivalPoint | null {
  const seen = Math.max(0, ...times.map((each) => each.days));
  if (days > seen) return null;
  const atRisk = times.reduce((sum, each) => sum + (each.days >= days ? each.events + each.censored : 0), 0);
  const last = points.findLast((point) => point.days <= days);
  return last === undefined ? { days, at_risk: atRisk, events: 0, survival: 1, interval: null } : { ...last, days, at_risk: atRisk };
}
