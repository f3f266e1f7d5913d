import { expect, test } from "vitest";
import { shownModel } from "../src/experiments/about-shown.ts";
import { gainOver } from "../src/experiments/gains.ts";
import type { ScoredSplit } from "../src/experiments/stability.ts";
import { strongestParts } from "../src/experiments/strongest.ts";
import { fitBoosted } from "../src/training/boosting/boost.ts";
import { strengthOf, tablesOf } from "../src/training/boosting/tables.ts";
import { fitLogistic } from "../src/training/logistic.ts";
import { seededRandom } from "../src/training/random.ts";

/** A split of 200 households and one list of 20 places; every fourth falls. */
function splitOf(name: string, score: (row: number, fell: boolean) => number): ScoredSplit {
  const label = Uint8Array.from({ length: 200 }, (_, row) => (row % 4 === 0 ? 1 : 0));
  return {
    ...{ split: name, label, household: Array.from(label.keys()), byFitBefore: null },
    lists: { of: new Uint32Array(200), places: [20] },
    score: Float64Array.from(label, (each, row) => score(row, each === 1)),
  };
}

/** Hits of a split by the naive way: the 20 rows of the highest score. */
function hits({ score, label }: ScoredSplit): number {
  const order = Array.from(score.keys()).sort((a, b) => score[b]! - score[a]!);
  return order.slice(0, 20).filter((row) => label[row] === 1).length;
}

test("a gain is the difference of the hits of all places of all splits, and splits are won one by one", () => {
  const random = seededRandom(7);
  const good = ["a", "b", "c"].map((name) => splitOf(name, (_, fell) => random() + (fell ? 0.8 : 0)));
  const poor = [...["a", "b"].map((name) => splitOf(name, () => random())), { ...good[2]!, score: good[2]!.score.map((each) => each + 1) }];
  const gain = gainOver("rules", good, poor, 200);
  const sum = (splits: ScoredSplit[]) => splits.reduce((total, split) => total + hits(split), 0) / 60;
  expect(gain.model_precision).toBeCloseTo(sum(good), 12);
  expect(gain.baseline_precision).toBeCloseTo(sum(poor), 12);
  expect(gain.difference).toBeCloseTo(sum(good) - sum(poor), 12);
  // In the third split both put the same households on the list.
  expect([gain.splits_better, gain.splits]).toEqual([2, 3]);
  expect(gain.interval![0]).toBeGreaterThan(0);
  expect(gain.interval![0]).toBeLessThan(gain.difference);
  expect(gain.interval![1]).toBeGreaterThan(gain.difference);
});

test("turned round, a gain is a loss of the same size; against itself it is nothing", () => {
  const random = seededRandom(3);
  const [one, other] = [[splitOf("a", (_, fell) => random() + (fell ? 0.5 : 0))], [splitOf("a", () => random())]];
  const [there, back] = [gainOver("rules", one, other, 100), gainOver("rules", other, one, 100)];
  expect(back.difference).toBeCloseTo(-there.difference, 12);
  expect(back.interval![0]).toBeCloseTo(-there.interval![1], 12);
  expect(gainOver("rules", one, one, 100)).toMatchObject({ difference: 0, interval: [0, 0], splits_better: 0 });
});

test("a household is drawn with all its splits: the same split thrice is no surer than once", () => {
  const random = seededRandom(5);
  const [own, other] = [splitOf("a", (_, fell) => random() + (fell ? 0.5 : 0)), splitOf("a", () => random())];
  const once = gainOver("rules", [own], [other], 200);
  const thrice = gainOver("rules", [own, own, own], [other, other, other], 200);
  expect(thrice.interval![0]).toBeCloseTo(once.interval![0], 12);
  expect(thrice.interval![1]).toBeCloseTo(once.interval![1], 12);
});

test("looked at closely is the chosen model, else the first by regret", () => {
  const row = (model: string) => ({ model, mean_regret: 0, worst_regret: 0, mean_metric: 0, wins: 0, unmet: [] });
  expect(shownModel({ chosen: "b", ranking: [row("a"), row("b")] })).toBe("b");
  expect(shownModel({ chosen: null, ranking: [row("a"), row("b")] })).toBe("a");
  expect(shownModel({ chosen: null, ranking: [] })).toBeUndefined();
});

/** 14 features, each weaker than the one before; the last is noise. */
function rows() {
  const random = seededRandom(11);
  const columns = Array.from({ length: 14 }, () => Float64Array.from({ length: 1500 }, () => random()));
  const logit = (row: number) => columns.reduce((sum, column, place) => sum + (13 - place) * 0.5 * (column[row]! - 0.5), 0);
  const label = Uint8Array.from({ length: 1500 }, (_, row) => (random() < 1 / (1 + Math.exp(-logit(row))) ? 1 : 0));
  return { names: columns.map((_, place) => `x${place}`), columns, label };
}

test("the twelve strongest coefficients, the strongest first, and a value one deviation above the mean", () => {
  const given = rows();
  const { model } = fitLogistic(given, { l2: 1, transforms: { x0: "signed_log" } });
  const { parts, more } = strongestParts(model, given)!;
  const sizes = model.terms.map(({ coefficient }) => Math.abs(coefficient)).sort((a, b) => b - a);
  expect(parts.map(({ strength }) => strength)).toEqual(sizes.slice(0, 12));
  expect(more).toBe(2);
  const bent = model.terms.find(({ name }) => name === "x0")!;
  expect(Math.log(1 + parts.find(({ feature }) => feature === "x0")!.raised!)).toBeCloseTo(bent.mean + bent.deviation, 12);
});

test("tables of one feature by how much they move the rows; trees of many features have none", async () => {
  const given = rows();
  const options = { rounds: 40, learningRate: 0.2, leaves: 8, threads: 1 };
  const { parts, more } = strongestParts((await fitBoosted(given, { ...options, depth: 1 })).model, given)!;
  expect(parts.length + more).toBeGreaterThan(8);
  expect(parts[0]!.feature).toMatch(/^x[0-2]$/);
  const strengths = parts.map(({ table }) => {
    const { values, weights } = table!;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return Math.sqrt(values.reduce((sum, value, cell) => sum + value * value * (weights[cell]! / total), 0));
  });
  expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
  expect(strongestParts((await fitBoosted(given, { ...options, depth: null })).model, given)).toBeNull();
  const two = (await fitBoosted(given, { ...options, depth: 2 })).model;
  const { pairs, more_pairs } = strongestParts(two, given)!;
  const all = tablesOf(two, given)!.tables.filter(({ features }) => features.length === 2);
  expect(all.length).toBeGreaterThan(6);
  expect(pairs.length).toBe(6);
  expect(pairs.length + more_pairs).toBe(all.filter((table) => strengthOf(table) > 0).length);
  const sorted = all.map(strengthOf).sort((a, b) => b - a);
  expect(pairs.map(({ strength }) => strength)).toEqual(sorted.slice(0, 6));
  for (const { features, table } of pairs) expect(all).toContainEqual({ features, ...table });
});
