import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitLogistic, type LogisticOptions } from "../src/training/logistic.ts";
import { marginOf } from "../src/training/logistic-model.ts";
import { loss, moved, population, rowsOf } from "./support/training-rows.ts";

describe("directions", () => {
  const declared: LogisticOptions["directions"] = { children: "-", income: "+", debt: "+", noise: "free" };

  test("a coefficient has its declared sign or is 0, whatever the data say", () => {
    const { model, held, converged } = fitLogistic(population(), { directions: declared });
    expect(converged).toBe(true);
    const [children, income, debt] = model.terms.map((term) => term.coefficient);
    expect(children).toBe(0);
    expect(income).toBe(0);
    expect(debt).toBeGreaterThan(0);
    expect(held).toEqual(["children", "income"]);
  });

  test("directions that the data agree with change nothing", () => {
    const free = fitLogistic(population()).model;
    const bound = fitLogistic(population(), { directions: { children: "+", income: "-", debt: "+" } }).model;
    expect(bound).toEqual(free);
  });

  test("a rise of a feature marked + never lowers the score, of one marked - never raises it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.tuple(fc.constantFrom("+", "-"), fc.constantFrom("+", "-"), fc.constantFrom("+", "-"), fc.constantFrom("+", "-")),
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        (seed, signs, values, feature) => {
          const rows = population(seed, 120);
          const directions = Object.fromEntries(rows.names.map((name, index) => [name, signs[index]!])) as Record<string, "+" | "-">;
          const { model } = fitLogistic(rows, { directions });
          const raised = values.map((value, index) => (index === feature ? value + 1 : value));
          const change = marginOf(model, raised) - marginOf(model, values);
          expect(signs[feature] === "+" ? change : -change).toBeGreaterThanOrEqual(-1e-12);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("within the bounds the fit is the best: moving any coefficient that may move raises the loss", () => {
    const rows = population(7, 300);
    const { model } = fitLogistic(rows, { directions: declared });
    const best = loss(model, rows, 1);
    model.terms.forEach((term, index) => {
      const direction = declared?.[term.name];
      for (const by of [-1e-3, 1e-3]) {
        const after = term.coefficient + by;
        if ((direction === "+" && after < 0) || (direction === "-" && after > 0)) continue;
        expect(loss(moved(model, index, by, "coefficient"), rows, 1)).toBeGreaterThan(best);
      }
    });
  });

  test("a mark of being unknown is free, though its feature is held", () => {
    // debt seems to lower the risk; having no record of it is the sign of trouble
    const rows = rowsOf({ debt: [5, 4, 1, 0, null, null, null, 3], x: [1, 2, 3, 4, 5, 6, 7, 8] }, [0, 0, 1, 1, 1, 1, 1, 0]);
    const { model } = fitLogistic(rows, { directions: { debt: "+" } });
    expect(model.terms[0]!.coefficient).toBe(0);
    expect(model.terms[0]!.missing!.coefficient).toBeGreaterThan(0);
  });
});
