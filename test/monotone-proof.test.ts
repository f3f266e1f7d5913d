import { describe, expect, test } from "vitest";
import { fitBoosted } from "../src/training/boosting/boost.ts";
import { edgeValues } from "../src/training/boosting/edge-values.ts";
import { proveDirections } from "../src/training/boosting/monotone-proof.ts";
import { type BoostedModel, marginOf, type Tree } from "../src/training/boosting/tree.ts";
import { edgeRows } from "./support/boosted-rows.ts";
import { families } from "./support/boosting.ts";

const rows = families(1, 3000);
const directions = { children: "+", income: "-", debt: "+" } as const;
const { model } = await fitBoosted(rows, { rounds: 60, directions });
const { model: deep } = await fitBoosted(rows, { rounds: 20, depth: null, leaves: 31, minSamplesLeaf: 4, directions });

/** Sweeps a feature over all its edges, the others anywhere: the least step in the direction declared. An independent look, not a proof. */
function leastStep(model: BoostedModel, name: string, sign: number): number {
  const feature = model.features.indexOf(name);
  const values = [...edgeValues(model)[feature]!].filter((value) => !Number.isNaN(value));
  const steps = edgeRows(model, 200).map((row) => {
    const margins = values.map(
      (value) =>
        sign *
        marginOf(
          model,
          row.map((each, at) => (at === feature ? value : each)),
        ),
    );
    return Math.min(...margins.slice(1).map((margin, at) => margin - margins[at]!));
  });
  return Math.min(...steps);
}

describe("a model that was fitted with directions", () => {
  test.each([
    ["depth 2", model],
    ["31 leaves", deep],
  ])("is proven to keep them, tree by tree: %s", (_, fitted) => {
    expect(proveDirections(fitted)).toEqual([
      { feature: "children", direction: "+", by: "trees", failure: null },
      { feature: "income", direction: "-", by: "trees", failure: null },
      { feature: "debt", direction: "+", by: "trees", failure: null },
    ]);
    for (const [name, direction] of Object.entries(directions))
      expect(leastStep(fitted, name, direction === "+" ? 1 : -1)).toBeGreaterThanOrEqual(0);
  });
});

describe("a model that breaks its direction is caught", () => {
  test("one that was fitted without: the sweep finds a fall as well", async () => {
    for (const depth of [2, 6]) {
      const { model: fitted } = await fitBoosted(rows, { rounds: 40, depth });
      const claimed: BoostedModel = { ...fitted, directions: fitted.features.map((name) => (name === "noise" ? "+" : "free")) };
      const [proof] = proveDirections(claimed);
      expect(proof).toMatchObject({ feature: "noise", by: "none" });
      expect(proof!.failure).toContain("noise from ");
      expect(leastStep(fitted, "noise", 1)).toBeLessThan(0);
    }
  });

  test("one whose smallest fall is one unit in the last place, in one cell of another feature", () => {
    const broken = pairTree(Float64Array.of(0, 0, 0, 1, 2, 0.3, 0.3 - 2 ** -54));
    expect(proveDirections(broken)).toEqual([
      {
        feature: "x",
        direction: "+",
        by: "none",
        failure: "x from 5 or less to above it, with z in (7, Infinity]: the log-odds move by -5.551115123125783e-17",
      },
    ]);
    expect(proveDirections(pairTree(Float64Array.of(0, 0, 0, 1, 2, 0.3, 0.3)))[0]).toMatchObject({ by: "trees" });
  });

  test("one of whose trees is undone by another is proven by the sum; by one unit less it is not", () => {
    const falling = pairTree(Float64Array.of(0, 0, 0, 1, 2, 0.4, 0.3));
    const saved = (by: number) => ({ ...falling, trees: [...falling.trees, pairTree(Float64Array.of(0, 0, 0, 0, 0, 0, by)).trees[0]!] });
    const fall = 0.4 - 0.3; // exact: the two lie within a factor of two
    expect(proveDirections(saved(fall))[0]).toMatchObject({ by: "sum", failure: null });
    expect(proveDirections(saved(fall - 2 ** -56))[0]).toMatchObject({ by: "none" });
  });

  test("what the unknown is worth breaks no direction", () => {
    const tree = {
      ...pairTree(new Float64Array(7)).trees[0]!,
      feature: Int32Array.of(0, -1, 0, -1, -1),
      threshold: Float64Array.of(5, 0, Infinity, 0, 0),
    };
    const ends = { left: Int32Array.of(1, -1, 3, -1, -1), right: Int32Array.of(2, -1, 4, -1, -1), value: Float64Array.of(0, 1, 0, 2, -9) };
    const unknownLow: BoostedModel = {
      features: ["x"],
      directions: ["+"],
      base: 0,
      trees: [{ ...tree, ...ends, isMissingLeft: new Uint8Array(5) }],
    };
    expect(proveDirections(unknownLow)[0]).toMatchObject({ by: "trees" });
  });
});

/** z <= 7 first, then x <= 5 on either side; values of the leaves at 3, 4 (z low) and 5, 6 (z high). */
function pairTree(value: Float64Array): BoostedModel {
  const tree: Tree = {
    feature: Int32Array.of(1, 0, 0, -1, -1, -1, -1),
    threshold: Float64Array.of(7, 5, 5, 0, 0, 0, 0),
    isMissingLeft: new Uint8Array(7),
    left: Int32Array.of(1, 3, 5, -1, -1, -1, -1),
    right: Int32Array.of(2, 4, 6, -1, -1, -1, -1),
    value,
    weight: Float64Array.of(4, 2, 2, 1, 1, 1, 1),
    gain: new Float64Array(7),
  };
  return { features: ["x", "z"], directions: ["+", "free"], base: 0, trees: [tree] };
}
