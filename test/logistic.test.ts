import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitLogistic, type LogisticOptions } from "../src/training/logistic.ts";
import { bend, contributions, type LogisticModel, marginOf } from "../src/training/logistic-model.ts";
import { seededRandom } from "../src/training/random.ts";
import { defaultTransform, type TrainingRows } from "../src/training/training-rows.ts";
import golden from "./goldens/logistic.json" with { type: "json" };

function rowsOf(columns: Record<string, (number | null)[]>, label: number[], weight?: number[]): TrainingRows {
  return {
    names: Object.keys(columns),
    columns: Object.values(columns).map((values) => Float64Array.from(values, (value) => value ?? Number.NaN)),
    label: Uint8Array.from(label),
    weight: weight && Float64Array.from(weight),
  };
}

/** 600 rows: children raises the risk, income lowers it, debt is unknown for some, noise does nothing. */
function population(seed = 1, size = 600): TrainingRows {
  const random = seededRandom(seed);
  const columns: Record<string, (number | null)[]> = { children: [], income: [], debt: [], noise: [] };
  const label: number[] = [];
  for (let row = 0; row < size; row++) {
    const [children, income, debt] = [Math.floor(5 * random()), 100 * random(), random() < 0.2 ? null : random()];
    columns["children"]!.push(children);
    columns["income"]!.push(income);
    columns["debt"]!.push(debt);
    columns["noise"]!.push(random());
    label.push(random() < 1 / (1 + Math.exp(2 - 0.5 * children + 0.03 * income - 2 * (debt ?? 0.5))) ? 1 : 0);
  }
  return rowsOf(columns, label);
}

/** The penalised loss written out from its definition, over rows as the model sees them. */
function loss(model: LogisticModel, { columns, label, weight }: TrainingRows, l2: number): number {
  let sum = 0;
  for (let row = 0; row < label.length; row++) {
    const values = columns.map((column) => column[row]!);
    const p = 1 / (1 + Math.exp(-marginOf(model, values)));
    sum -= (weight?.[row] ?? 1) * Math.log(label[row] === 1 ? p : 1 - p);
  }
  for (const term of model.terms) sum += (l2 / 2) * (term.coefficient ** 2 + (term.missing?.coefficient ?? 0) ** 2);
  return sum;
}

/** The model with one coefficient moved. */
function moved(model: LogisticModel, term: number, by: number, part: "coefficient" | "missing"): LogisticModel {
  const copy = structuredClone(model);
  if (part === "coefficient") copy.terms[term]!.coefficient += by;
  else if (copy.terms[term]!.missing !== null) copy.terms[term]!.missing!.coefficient += by;
  return copy;
}

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
