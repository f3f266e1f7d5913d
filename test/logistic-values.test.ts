import { describe, expect, test } from "vitest";
import { fitLogistic } from "../src/training/logistic.ts";
import { bend, contributions, marginOf } from "../src/training/logistic-model.ts";
import { defaultTransform } from "../src/training/training-rows.ts";
import { population, rowsOf } from "./support/training-rows.ts";

describe("unknown values", () => {
  test("they stand at the mean of the known, beside a mark that has a weight of its own", () => {
    const { model } = fitLogistic(population());
    const debt = model.terms[2]!;
    expect(model.terms.map((term) => term.missing !== null)).toEqual([false, false, true, false]);
    const [unknown, atMean] = [marginOf(model, [2, 50, Number.NaN, 0.5]), marginOf(model, [2, 50, debt.mean, 0.5])];
    expect(unknown - atMean).toBeCloseTo(debt.missing!.coefficient / debt.missing!.deviation, 12);
  });

  test("a feature unknown only after training stands at the mean and adds nothing", () => {
    const { model } = fitLogistic(population());
    expect(contributions(model, [Number.NaN, 50, 0.5, 0.5])[0]).toBe(0);
  });

  test("of a feature that must be silent, being unknown adds 0 and has no weight; one that only its being known would tell is left out", () => {
    const { model } = fitLogistic(population(), { withoutIndicator: new Set(["debt"]) });
    const debt = model.terms[2]!;
    expect(debt).toMatchObject({ name: "debt", missing: null });
    expect(debt.coefficient).not.toBe(0);
    expect(contributions(model, [2, 50, Number.NaN, 0.5])[2]).toBe(0);
    expect(marginOf(model, [2, 50, Number.NaN, 0.5])).toBe(marginOf(model, [2, 50, debt.mean, 0.5]));
    const rows = rowsOf({ x: [1, 2, 3, 4], known: [1, 1, null, null] }, [0, 1, 0, 1]);
    expect(fitLogistic(rows, { withoutIndicator: new Set(["known"]) }).dropped).toEqual([{ name: "known", why: "always the same" }]);
  });

  test("features that never vary are left out and named; one whose being known is all it says stays", () => {
    const rows = rowsOf({ x: [1, 2, 3, 4], never: [null, null, null, null], same: [7, 7, 7, 7], known: [1, 1, null, null] }, [0, 1, 0, 1]);
    const { model, dropped } = fitLogistic(rows);
    expect(dropped).toEqual([
      { name: "never", why: "always unknown" },
      { name: "same", why: "always the same" },
    ]);
    expect(model.terms.map((term) => term.name)).toEqual(["x", "known"]);
    expect(model.terms[1]).toMatchObject({ coefficient: 0, deviation: 1, missing: { rate: 0.5 } });
  });
});

describe("heavy tails", () => {
  test("signed log bends evenly around 0: bend(-x) = -bend(x), bend(e - 1) = 1", () => {
    expect(bend(0, "signed_log")).toBe(0);
    expect(bend(Math.E - 1, "signed_log")).toBeCloseTo(1, 15);
    expect(bend(-999, "signed_log")).toBe(-bend(999, "signed_log"));
    expect(bend(-999, "none")).toBe(-999);
  });

  test("money over 1,000 is bent by default, on neither side of it anything else", () => {
    expect(defaultTransform("lcu", Float64Array.of(0, 1000))).toBe("none");
    expect(defaultTransform("lcu", Float64Array.of(Number.NaN, -1001))).toBe("signed_log");
    expect(defaultTransform("days", Float64Array.of(0, 100_000))).toBe("none");
  });

  test("a bent feature is standardised after bending", () => {
    const { model } = fitLogistic(rowsOf({ amount_lcu: [0, 9, 99, 999] }, [1, 0, 1, 0]), { transforms: { amount_lcu: "signed_log" } });
    expect(model.terms[0]!.mean).toBeCloseTo((Math.log(10) * (0 + 1 + 2 + 3)) / 4, 12);
  });
});

describe("contributions", () => {
  test("they add up to the log-odds less the base, and the training rows' mean of each is 0", () => {
    const rows = population();
    const { model } = fitLogistic(rows);
    const sums = new Float64Array(4);
    for (let row = 0; row < rows.label.length; row++) {
      const values = rows.columns.map((column) => column[row]!);
      const parts = contributions(model, values);
      expect(marginOf(model, values) - model.base).toBeCloseTo(
        parts.reduce((sum, part) => sum + part, 0),
        9,
      );
      parts.forEach((part, index) => {
        sums[index]! += part / rows.label.length;
      });
    }
    for (const sum of sums) expect(sum).toBeCloseTo(0, 9);
  });
});
