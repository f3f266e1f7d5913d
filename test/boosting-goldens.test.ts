import { describe, expect, test } from "vitest";
import { type BoostOptions, fitBoosted } from "../src/training/boosting/boost.ts";
import golden from "./goldens/boosting.json" with { type: "json" };
import { rowsOf } from "./support/training-rows.ts";

type Case = BoostOptions & Pick<(typeof golden.cases)[number], "name" | "base" | "trees"> & { weighted?: boolean };
const cases = golden.cases as unknown as Case[];

describe("scikit-learn grows the same trees, node by node", () => {
  test.each(cases)("$name", async ({ name, base, trees, weighted, ...settings }) => {
    const rows = rowsOf(golden.columns, golden.label, weighted === true ? golden.weight : undefined);
    const { model } = await fitBoosted(rows, { depth: null, ...settings, rounds: trees.length, weights: "survey" });
    expect(model.base).toBeCloseTo(base, 12);
    expect(model.trees).toHaveLength(trees.length);
    model.trees.forEach((tree, round) => {
      const wanted = trees[round]!;
      expect([...tree.feature]).toEqual(wanted.feature);
      expect([...tree.threshold]).toEqual(wanted.threshold.map((threshold) => threshold ?? Infinity));
      for (const side of ["left", "right", "isMissingLeft"] as const) expect([...tree[side]]).toEqual(wanted[side]);
      // scikit-learn keeps gradients in single precision: 24 bits.
      for (const [node, value] of tree.value.entries()) expect(value).toBeCloseTo(wanted.value[node]!, 6);
      for (const [node, gain] of tree.gain.entries()) expect(gain).toBeCloseTo(wanted.gain[node]!, 4);
      if (weighted !== true) expect([...tree.weight]).toEqual(wanted.count);
    });
  });

  test("the tables hold what they are for: splits of known from unknown, the first of two equal features, deep trees", () => {
    const tables = cases.flatMap(({ trees }) => trees);
    expect(tables.some(({ threshold, feature }) => threshold.some((each, node) => each === null && feature[node]! >= 0))).toBe(true);
    expect(Math.max(...tables.map(({ feature }) => feature.length))).toBeGreaterThan(100);
    const twin = Object.keys(golden.columns).indexOf("twin");
    const free = cases.filter(({ directions, interactions }) => directions === undefined && interactions === undefined);
    expect(free.length).toBeGreaterThan(5);
    for (const { trees } of free) for (const { feature } of trees) expect(feature).not.toContain(twin);
  });
});
