import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitLogistic, type LogisticOptions } from "../src/training/logistic.ts";
import { marginOf } from "../src/training/logistic-model.ts";
import type { TrainingRows } from "../src/training/training-rows.ts";
import golden from "./goldens/logistic.json" with { type: "json" };
import { loss, moved, population, rowsOf } from "./support/training-rows.ts";

describe("the fit", () => {
  test("by hand: one yes-or-no feature without ridge gives each side its own share of events", () => {
    // known: 3 of 4 with the event where x = 1, 1 of 4 where x = 0
    const { model, converged } = fitLogistic(rowsOf({ x: [1, 1, 1, 1, 0, 0, 0, 0] }, [1, 1, 1, 0, 1, 0, 0, 0]), { l2: 0 });
    expect(converged).toBe(true);
    expect(marginOf(model, [1])).toBeCloseTo(Math.log(3), 9);
    expect(marginOf(model, [0])).toBeCloseTo(-Math.log(3), 9);
    expect(model.base).toBeCloseTo(0, 9);
    expect(model.terms[0]).toMatchObject({ mean: 0.5, deviation: 0.5, missing: null });
  });

  test("scikit-learn finds the same coefficients, unweighted and weighted", () => {
    for (const each of golden.fits) {
      const { model } = fitLogistic(rowsOf(golden.columns, golden.label, each.weighted ? golden.weight : undefined), { l2: 1 / each.C });
      expect(model.base).toBeCloseTo(each.intercept, 6);
      const found = model.terms.flatMap((term) => [term.coefficient, ...(term.missing === null ? [] : [term.missing.coefficient])]);
      expect(found).toHaveLength(each.coefficients.length);
      found.forEach((coefficient, index) => {
        expect(coefficient).toBeCloseTo(each.coefficients[index]!, 6);
      });
    }
  });

  test("no coefficient can be moved to a smaller loss", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(0.01, 1, 50), (seed, l2) => {
        const rows = population(seed, 200);
        const { model, converged } = fitLogistic(rows, { l2 });
        expect(converged).toBe(true);
        const best = loss(model, rows, l2);
        for (const by of [-1e-3, 1e-3]) {
          expect(loss({ ...model, base: model.base + by }, rows, l2)).toBeGreaterThan(best);
          model.terms.forEach((term, index) => {
            expect(loss(moved(model, index, by, "coefficient"), rows, l2)).toBeGreaterThan(best);
            if (term.missing !== null) expect(loss(moved(model, index, by, "missing"), rows, l2)).toBeGreaterThan(best);
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  test("a weight of k counts as k copies of its row, in means and coefficients", () => {
    const rows = population(3, 300);
    const weight = Float64Array.from(rows.label, (_, row) => 1 + (row % 3));
    const picked = Array.from(weight, (times, row) => Array<number>(times).fill(row)).flat();
    const copied = {
      names: rows.names,
      columns: rows.columns.map((column) => Float64Array.from(picked, (row) => column[row]!)),
      label: Uint8Array.from(picked, (row) => rows.label[row]!),
    };
    const [one, other] = [fitLogistic({ ...rows, weight }).model, fitLogistic(copied).model];
    expect(other.base).toBeCloseTo(one.base, 9);
    one.terms.forEach((term, index) => {
      expect(other.terms[index]!.mean).toBeCloseTo(term.mean, 9);
      expect(other.terms[index]!.deviation).toBeCloseTo(term.deviation, 9);
      expect(other.terms[index]!.coefficient).toBeCloseTo(term.coefficient, 7);
      expect(other.terms[index]!.missing?.coefficient ?? 0).toBeCloseTo(term.missing?.coefficient ?? 0, 7);
    });
  });

  test("a row of weight 0 teaches nothing", () => {
    const rows = rowsOf({ x: [1, 2, 3, 4, 99] }, [0, 1, 0, 1, 1], [1, 1, 1, 1, 0]);
    const without = rowsOf({ x: [1, 2, 3, 4] }, [0, 1, 0, 1], [1, 1, 1, 1]);
    expect(fitLogistic(rows).model).toEqual(fitLogistic(without).model);
  });

  test("the same rows give the same bits, and the unit of a feature changes no score", () => {
    const rows = population();
    expect(fitLogistic(rows).model).toEqual(fitLogistic(rows).model);
    const inCents = { ...rows, columns: rows.columns.map((column, index) => (index === 1 ? column.map((value) => 100 * value) : column)) };
    const [one, other] = [fitLogistic(rows).model, fitLogistic(inCents).model];
    expect(marginOf(other, [2, 5000, 0.3, 0.5])).toBeCloseTo(marginOf(one, [2, 50, 0.3, 0.5]), 8);
  });

  test("rows that one feature tells apart completely still converge, held by the ridge", () => {
    const { converged, model } = fitLogistic(rowsOf({ x: [1, 2, 3, 10, 11, 12] }, [0, 0, 0, 1, 1, 1]));
    expect(converged).toBe(true);
    expect(marginOf(model, [12])).toBeGreaterThan(0);
  });

  test("a fit that is stopped early says that it has not converged", () => {
    expect(fitLogistic(population(), { mostIterations: 1 })).toMatchObject({ converged: false, iterations: 1 });
    expect(fitLogistic(population()).converged).toBe(true);
  });
});

describe("what cannot be learned from is refused by name", () => {
  test.each<[string, TrainingRows, LogisticOptions, string]>([
    ["an infinite value", rowsOf({ x: [1, Infinity] }, [0, 1]), {}, "column x, row 2"],
    ["a negative weight", rowsOf({ x: [1, 2] }, [0, 1], [1, -1]), {}, "weight, row 2: -1"],
    ["one class", rowsOf({ x: [1, 2] }, [1, 1]), {}, "the label is 1 in all of 2 rows"],
    ["one class, but for rows of weight 0", rowsOf({ x: [1, 2] }, [0, 1], [1, 0]), {}, "the label is 0"],
    ["nothing that varies", rowsOf({ x: [1, 1] }, [0, 1]), {}, "none of 1 features varies"],
    ["copies without ridge", rowsOf({ x: [1, 2, 3, 4], y: [1, 2, 3, 4] }, [0, 1, 0, 1]), { l2: 0 }, "columns repeat each other"],
    ["a negative ridge", rowsOf({ x: [1, 2] }, [0, 1]), { l2: -1 }, "l2 -1"],
  ])("%s", (_, rows, options, message) => {
    expect(() => fitLogistic(rows, options)).toThrow(message);
  });
});
