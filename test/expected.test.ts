import { describe, expect, test } from "vitest";
import { expectedPerformance } from "../src/monitoring/expected.ts";
import { breachesOf, driftCounts, unmeasured } from "../src/monitoring/night.ts";
import { realisedPerformance } from "../src/monitoring/realised.ts";
import { type Fallback, monitoringVerdict, type PastNight } from "../src/monitoring/verdict.ts";
import { seededRandom } from "../src/training/random.ts";

/** Scores spread over (0, 0.6), few of them high, and labels that come by a chance which is a function of the score. */
function drawn(rows: number, seed: number, chanceOf: (score: number) => number) {
  const random = seededRandom(seed);
  const score = Float64Array.from({ length: rows }, () => 0.6 * random() ** 3);
  return { score, label: Float64Array.from(score, (risk) => Number(random() < chanceOf(risk))) };
}

describe("expected performance", () => {
  test("of four rows is the sum worked out by hand", () => {
    // By rising score 0.1, 0.2, 0.6, 0.9: 1.8 events of 4; the first row (5 % is one row) 0.9; the first two 1.5 of 2.
    const score = Float64Array.from([0.6, 0.1, 0.9, 0.2]);
    const found = expectedPerformance(score, null, 2)!;
    expect(found.base_rate.value).toBeCloseTo(0.45, 12);
    expect(found.precision_at_5.value).toBeCloseTo(0.9, 12);
    const { at_capacity: capacity } = found;
    expect(capacity).toMatchObject({ places: 2 });
    for (const [name, value] of Object.entries({
      true_positives: 1.5,
      false_positives: 0.5,
      false_negatives: 0.3,
      true_negatives: 1.7,
    }))
      expect(capacity[name as "true_positives"]).toBeCloseTo(value, 12);
    // 0.75 +- 1.96 sqrt((0.09 + 0.24) / 4)
    expect(capacity.precision.low).toBeCloseTo(0.75 - 1.959964 * Math.sqrt(0.33 / 4), 6);
    expect(capacity.precision.high).toBe(1);
  });

  test("the expected AUC is the naive sum over pairs, ties and a row with itself counting half", () => {
    const { score } = drawn(60, 4, () => 0);
    const rounded = score.map((value) => Math.round(20 * value) / 20 + 0.01);
    let [wins, pairs] = [0, 0];
    for (const one of rounded)
      for (const other of rounded) {
        const weight = one * (1 - other);
        pairs += weight;
        wins += weight * (one > other ? 1 : one === other ? 0.5 : 0);
      }
    expect(expectedPerformance(rounded, null, 5)!.auc!.value).toBeCloseTo(wins / pairs, 10);
  });

  test("takes out first how far off the probabilities were when the model was measured", () => {
    const score = Float64Array.from([0.5, 0.5, 0.5]);
    // Log-odds 0 become -ln 3: a quarter.
    expect(expectedPerformance(score, { slope: 2, intercept: -Math.log(3) }, 1)!.base_rate.value).toBeCloseTo(0.25, 12);
    expect(expectedPerformance(score, { slope: 1, intercept: 0 }, 1)!.base_rate.value).toBeCloseTo(0.5, 12);
    expect(expectedPerformance(new Float64Array(), null, 3)).toBeNull();
  });

  test("where the model is calibrated what comes is what was expected, at 95 of 100 draws or so", () => {
    let apart = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const { score, label } = drawn(1000, seed, (risk) => risk);
      apart += realisedPerformance(score, label, expectedPerformance(score, null, 20))!.apart.length;
    }
    // Three measures of 40 draws, each outside its interval once in twenty: 6 expected.
    expect(apart).toBeGreaterThan(0);
    expect(apart).toBeLessThan(15);
  });

  test("where the world has changed it parts from what was expected, and that is said", () => {
    const halved = drawn(4000, 3, (risk) => risk / 2);
    const found = realisedPerformance(halved.score, halved.label, expectedPerformance(halved.score, null, 80))!;
    expect(found.apart).toEqual(expect.arrayContaining(["base_rate", "precision_at_5"]));
    expect(found.precision_at_5.value).toBeLessThan(found.expected!.precision_at_5.low);
    // The order alone has gone: as many events, at random.
    const random = drawn(4000, 5, () => 0.15);
    expect(realisedPerformance(random.score, random.label, expectedPerformance(random.score, null, 80))!.apart).toContain("auc");
  });

  test("is measured on known labels only, and not while more than half are unknown", () => {
    const { score, label } = drawn(200, 2, (risk) => risk);
    const known = (rows: number) => label.map((event, row) => (row < rows ? event : Number.NaN));
    expect(realisedPerformance(score, known(100), null)).toMatchObject({ rows: 100, unknown: 100, expected: null, apart: [] });
    expect(realisedPerformance(score, known(99), null)).toBeNull();
  });
});

describe("thresholds", () => {
  const thresholds = { score_psi: 0.25, drifted_share: 0.3, expected_precision_drop: 0.3 };
  const score = (index: number, state: "stable" | "drifted" = "drifted") => ({
    index,
    test: "kolmogorov_smirnov" as const,
    statistic: 0.2,
    p: 0,
    state,
  });
  const estimate = (value: number) => ({ value, low: 0, high: 1 });
  const expected = (precision: number) => ({
    ...expectedPerformance(Float64Array.from([0.5]), null, 1)!,
    precision_at_5: estimate(precision),
  });
  const night = { ...unmeasured("measured"), at_fit: { base_rate: 0.1, precision_at_5: 0.5, auc: 0.8 } };
  const reached = (change: object) => breachesOf({ ...night, ...change }, thresholds);

  test("count on both sides", () => {
    expect(reached({ score: score(0.249) })).toEqual([]);
    expect(reached({ score: score(0.25) })).toEqual(["score_psi"]);
    expect(reached({ score: score(0.9, "stable") })).toEqual([]);
    expect(reached({ drifted: 2, compared: 10 })).toEqual([]);
    expect(reached({ drifted: 3, compared: 10 })).toEqual(["drifted_share"]);
    expect(reached({ expected: expected(0.351) })).toEqual([]);
    expect(reached({ expected: expected(0.35 - 1e-9) })).toEqual(["expected_precision_drop"]);
    expect(reached({ expected: expected(0.1), at_fit: null })).toEqual([]);
    expect(reached({})).toEqual([]);
  });

  test("features that tell how old the data are count apart: they move with the registers' calendar", () => {
    const of = (family: string | null, state: string) => ({ family, state });
    const features = [
      of("knowledge", "drifted"),
      of("knowledge", "stable"),
      of("credit", "drifted"),
      of(null, "shifted"),
      of(null, "stable"),
    ];
    expect(driftCounts(features)).toEqual({ drifted: 1, compared: 3, data_age: { drifted: 1, compared: 2 } });
  });
});

describe("the verdict", () => {
  const champion = { id: "a", name: "one" };
  const policy = { nights: 3, action: "rules_only" as const };
  /** Nights newest first, ended at one in the morning of the next day. */
  const nights = (...kinds: ("bad" | "good" | "other" | "without")[]): PastNight[] =>
    kinds.map((kind, before) => {
      const day = `2026-03-${String(20 - before).padStart(2, "0")}`;
      const model = kind === "without" ? null : { id: kind === "other" ? "b" : "a" };
      return { as_of: day, ended_at: `${day}T23:00:00Z`, model, breached: kind === "good" || kind === "without" ? [] : ["score_psi"] };
    });
  const fallback: Fallback = { id: "a", name: "one", since: "2026-03-18", nights: 3, reached: "score_psi" };

  test("two nights are none, three are an alert that says since when and by what", () => {
    expect(monitoringVerdict(champion, nights("bad", "bad"), policy)).toEqual({ action: "fine", alert: null });
    expect(monitoringVerdict(champion, nights("bad", "bad", "bad"), policy)).toEqual({ action: "rules_only", alert: fallback });
    expect(monitoringVerdict(champion, nights("bad", "bad", "bad"), { ...policy, action: "warn" })).toEqual({
      action: "warn",
      alert: fallback,
    });
    expect(monitoringVerdict(champion, nights("bad", "bad", "bad"), undefined).action).toBe("fine");
  });

  test("a good night, a night of another model or without one breaks the row", () => {
    for (const kind of ["good", "other", "without"] as const)
      expect(monitoringVerdict(champion, nights("bad", "bad", kind, "bad", "bad"), policy).action).toBe("fine");
  });

  test("an alert stands as long as nobody decides, and a promotion after it lifts it: earlier nights count no more", () => {
    const fallen: PastNight = { as_of: "2026-03-21", ended_at: "2026-03-21T23:00:00Z", model: null, fallback, breached: [] };
    const past = [fallen, ...nights("bad", "bad", "bad")];
    expect(monitoringVerdict({ ...champion, since: "2026-01-01T00:00:00Z" }, past, policy)).toEqual({
      action: "rules_only",
      alert: fallback,
    });
    expect(monitoringVerdict({ ...champion, since: "2026-03-22T09:00:00Z" }, past, policy).action).toBe("fine");
    expect(monitoringVerdict({ ...champion, since: "2026-03-19T12:00:00Z" }, nights("bad", "bad", "bad"), policy).action).toBe("fine");
    // Another model was not spoken of.
    expect(monitoringVerdict({ id: "b", name: "two" }, past, policy).action).toBe("fine");
    expect(monitoringVerdict(champion, past, { ...policy, action: "warn" }).action).toBe("warn");
  });
});
