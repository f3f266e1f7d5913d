import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelAbout, SplitMetrics, SplitResult } from "../src/experiments/backtest-result.ts";
import { capacityMetrics, fillLists, listsOf } from "../src/experiments/capacity.ts";
import { championOf, ModelGrid, variantsOf } from "../src/experiments/model-grid.ts";
import { recalibrate } from "../src/experiments/recalibrate.ts";
import { select } from "../src/experiments/select.ts";
import { jaccard, stabilityOf } from "../src/experiments/stability.ts";
import { seededRandom } from "../src/training/random.ts";
import { sigmoid } from "../src/training/sigmoid.ts";

const country = { share: 0.5, at_least: 1, by: "country" as const };

test("each day and area has a list of its own, with at least so many places and never more than there are rows", () => {
  // Two districts of one region and one of another, on two days; the last row's district is unknown.
  const matrix = { moment: Uint16Array.of(0, 0, 0, 0, 1, 1, 1), district: Float64Array.of(6110, 6110, 6112, 7110, 6110, 6112, Number.NaN) };
  const rows = Uint32Array.from(matrix.moment.keys());
  const sizes = (capacity: Parameters<typeof listsOf>[2]) => listsOf(matrix, rows, capacity).places;
  expect(sizes(country)).toEqual([2, 2]);
  expect(sizes({ ...country, by: "region" })).toEqual([2, 1, 1, 1]);
  expect(sizes({ ...country, by: "district" })).toEqual([1, 1, 1, 1, 1, 1]);
  expect(sizes({ share: 0.01, at_least: 2, by: "district" })).toEqual([2, 1, 1, 1, 1, 1]);
  expect(Array.from(listsOf(matrix, rows, { ...country, by: "region" }).of)).toEqual([0, 0, 0, 1, 2, 2, 3]);
});

test("those who tie for the last places share them; best and worst say how the ties can fall", () => {
  const lists = { of: new Uint32Array(6), places: [3] };
  const label = Uint8Array.of(1, 0, 1, 0, 0, 1);
  const listed = fillLists({ label, score: Float64Array.of(9, 5, 5, 5, 5, 1) }, lists);
  expect(Array.from(listed.chance)).toEqual([1, 0.5, 0.5, 0.5, 0.5, 0]);
  expect(capacityMetrics({ label }, listed)).toEqual({
    precision_at_capacity: 1.5 / 3,
    precision_at_capacity_best: 2 / 3,
    precision_at_capacity_worst: 1 / 3,
    recall_at_capacity: 0.5,
    lift_at_capacity: 1,
    exclusion_error: 0.5,
    inclusion_error: 0.5,
  });
});

test("the expected precision lies between the worst and the best, and is the mean over fair draws", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ score: fc.nat(3), event: fc.nat(1) }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 30 }),
      (rows, k) => {
        const label = Uint8Array.from(rows, ({ event }) => event);
        const lists = { of: new Uint32Array(rows.length), places: [Math.min(k, rows.length)] };
        const listed = fillLists({ label, score: Float64Array.from(rows, ({ score }) => score) }, lists);
        const worth = capacityMetrics({ label }, listed);
        expect(worth.precision_at_capacity_worst).toBeLessThanOrEqual(worth.precision_at_capacity + 1e-12);
        expect(worth.precision_at_capacity_best).toBeGreaterThanOrEqual(worth.precision_at_capacity - 1e-12);
        expect(listed.chance.reduce((sum, each) => sum + each, 0)).toBeCloseTo(lists.places[0]!, 9);
      },
    ),
  );
});

const about = (name: string, role: ModelAbout["role"]): ModelAbout => ({
  name,
  kind: role === "baseline" ? "ranking" : "logistic",
  settings: null,
  role,
  ablation_of: null,
});
const result = (split: string, model: string, precision: number, ece = 0.01): SplitResult => ({
  split,
  model,
  n: 100,
  metrics: { precision_at_capacity: precision, ece } as SplitMetrics,
  intervals: {},
  curve: [],
  reliability: [],
  without_helped: null,
  dropped: [],
  seconds: 0,
});
const models = [about("lucky", "candidate"), about("steady", "candidate"), about("rules", "baseline")];
const results = [
  ...[0.9, 0.2, 0.2].map((precision, split) => result(String(split), "lucky", precision)),
  ...[0.4, 0.4, 0.45].map((precision, split) => result(String(split), "steady", precision)),
  ...[0.1, 0.3, 0.1].map((precision, split) => result(String(split), "rules", precision)),
];
const selection = { metric: "precision_at_capacity" as const, by: "worst_regret" as const, beats: [] };

test("regret is how far behind the best of each window a model was; the worst one and the mean may choose differently", () => {
  // Best of each window: .9, .4, .45. Behind it: lucky 0, .2, .25; steady .5, 0, 0.
  const byMean = select({ selection: { ...selection, by: "mean_regret" } }, models, results);
  const byWorst = select({ selection }, models, results);
  expect(byWorst.chosen).toBe("lucky");
  expect(byMean.ranking.map(({ model, wins }) => [model, wins])).toEqual([
    ["lucky", 1],
    ["steady", 2],
  ]);
  const [lucky, steady] = byMean.ranking;
  expect([lucky!.mean_regret, lucky!.worst_regret, steady!.mean_regret, steady!.worst_regret].map((each) => each.toFixed(4))).toEqual([
    "0.1500",
    "0.2500",
    "0.1667",
    "0.5000",
  ]);
  const steadier = results.map((each) => (each.model === "steady" && each.split === "0" ? result("0", "steady", 0.66) : each));
  // Now .24, 0, 0: less at worst and on average.
  expect(select({ selection }, models, steadier).chosen).toBe("steady");
});

test("a model that falls behind a baseline in one window, or is badly calibrated, is not chosen, and the window is named", () => {
  const beats = select({ selection: { ...selection, by: "mean_regret", beats: ["rules"] } }, models, results);
  expect(beats.chosen).toBe("steady");
  expect(beats.ranking.find(({ model }) => model === "lucky")?.unmet).toEqual([{ code: "behind", baseline: "rules", splits: ["1"] }]);
  const off = results.map((each) => (each.model === "steady" ? { ...each, metrics: { ...each.metrics, ece: 0.021 } } : each));
  const strict = select({ selection: { ...selection, ece_at_most: 0.02, beats: ["rules"] } }, models, off);
  expect(strict.chosen).toBeNull();
  expect(strict.ranking.find(({ model }) => model === "steady")?.unmet).toEqual([{ code: "calibration", ece: 0.021, most: 0.02 }]);
  expect(select({ selection: { ...selection, ece_at_most: 0.021 } }, models, off).ranking.every(({ unmet }) => unmet.length === 0)).toBe(
    true,
  );
});

test("lists are compared among households of both windows, and a window's list with that of the fit before", () => {
  const lists = { of: new Uint32Array(4), places: [2] };
  const split = (name: string, household: number[], score: number[], before: number[] | null) => ({
    split: name,
    household,
    label: new Uint8Array(4),
    lists,
    score: Float64Array.from(score),
    byFitBefore: before === null ? null : Float64Array.from(before),
  });
  // First list: 1 and 2. Second: 2 and 5; household 5 was not there before, so among those of both it is 1, 2 against 2.
  const found = stabilityOf("model", [split("a", [1, 2, 3, 4], [9, 8, 1, 0], null), split("b", [1, 2, 3, 5], [1, 9, 0, 8], [9, 8, 1, 0])]);
  expect(found.between_splits).toEqual([{ from: "a", to: "b", jaccard: 0.5 }]);
  expect(found.between_refits).toEqual([{ split: "b", jaccard: 1 / 3 }]);
  expect(jaccard(new Set(), new Set())).toBe(1);
});

/** Rows whose true log-odds are `slope` times those said. */
function said(slope: number, seed: number) {
  const random = seededRandom(seed);
  const logits = Array.from({ length: 20_000 }, () => 4 * random() - 3);
  return {
    score: Float64Array.from(logits, sigmoid),
    label: Uint8Array.from(logits, (each) => (random() < sigmoid(slope * each) ? 1 : 0)),
  };
}

test("a map is learned only from windows whose labels were known, and only where the slope is off", () => {
  const split = (name: string, slope: number, begunOn: string, labelsKnownOn: string, seed: number) => ({
    split: name,
    ...said(slope, seed),
    begunOn,
    labelsKnownOn,
  });
  const off = [
    split("a", 0.5, "2024-01-01", "2024-08-01", 1),
    split("b", 0.5, "2024-07-01", "2025-02-01", 2),
    split("c", 0.5, "2024-10-01", "2025-05-01", 3),
  ];
  const [first, second, third] = recalibrate("platt", "model", off);
  expect([first, second].map((each) => [each?.learned_from, each?.method])).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(third).toMatchObject({ learned_from: 20_000, method: "platt" });
  expect(third!.slope_before).toBeCloseTo(0.5, 1);
  expect(third!.ece_after).toBeLessThan(third!.ece_before / 3);
  expect(recalibrate("isotonic", "model", off)[2]!.ece_after).toBeLessThan(third!.ece_before / 3);
  expect(recalibrate("none", "model", off)[2]).toMatchObject({ method: null, ece_after: null });
  const good = off.map((each, index) => ({ ...each, ...said(1, 10 + index) }));
  expect(recalibrate("platt", "model", good)[2]).toMatchObject({ learned_from: 20_000, method: null });
});

test("a grid is every combination, seeds count where trees are drawn, and the champion's twin sees the area", () => {
  const grids = {
    file: "x.yaml",
    seeds: [1, 2],
    area_rates: "ablation" as const,
    champion: "trees rounds=50 depth=2",
    models: [
      ModelGrid.parse({ kind: "logistic" }),
      ModelGrid.parse({ name: "trees", kind: "boosted", rounds: [50, 100], depth: [1, 2] }),
      ModelGrid.parse({ name: "drawn", kind: "boosted", row_share: 0.5 }),
    ],
  };
  expect(variantsOf(grids).map(({ name, ablationOf }) => [name, ablationOf])).toEqual([
    ["logistic", null],
    ["trees rounds=50 depth=1", null],
    ["trees rounds=50 depth=2", null],
    ["trees rounds=100 depth=1", null],
    ["trees rounds=100 depth=2", null],
    ["drawn seed=1", null],
    ["drawn seed=2", null],
    ["trees rounds=50 depth=2 + area rates", "trees rounds=50 depth=2"],
  ]);
  expect(championOf({ ...grids, champion: undefined }).name).toBe("logistic");
  expect(() => championOf({ ...grids, champion: "tree" })).toThrow(/there is no model tree/);
  expect(() => variantsOf({ ...grids, models: [grids.models[0]!, grids.models[0]!] })).toThrow(/two are called logistic/);
});
