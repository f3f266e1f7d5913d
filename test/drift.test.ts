import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cells, countIn, distributionOf, medianOf, total } from "../src/monitoring/cells.ts";
import { driftOf, rule, stateOf } from "../src/monitoring/drift.ts";
import { inGroups, stabilityIndex } from "../src/monitoring/psi.ts";
import { referenceOf } from "../src/monitoring/reference.ts";
import { adjusted, chiSquare, kolmogorovSmirnov, kolmogorovTail, twoProportions } from "../src/monitoring/two-samples.ts";
import { seededRandom } from "../src/training/random.ts";
import goldens from "./goldens/monitoring.json" with { type: "json" };

const counts = (cells: number) => fc.array(fc.integer({ min: 0, max: 500 }), { minLength: cells, maxLength: cells });
const pairs = fc.integer({ min: 2, max: 12 }).chain((cells) => fc.tuple(counts(cells), counts(cells)));
const filled = pairs.filter(([one, other]) => total(one) > 0 && total(other) > 0);
const column = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN);
const draw = (rows: number, seed: number, of: (random: () => number) => number) => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: rows }, () => of(random));
};
/** Nearly normal: the sum of twelve uniform draws. */
const normal = (random: () => number) => Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6);

describe("two samples", () => {
  test("distances, statistics and p values are SciPy's", () => {
    expect(goldens.kolmogorov_smirnov.length + goldens.chi_square.length + goldens.kolmogorov_tail.length).toBe(18);
    for (const { one, other, statistic, p } of goldens.kolmogorov_smirnov) {
      const found = kolmogorovSmirnov(one, other)!;
      expect(found.statistic).toBeCloseTo(statistic, 12);
      expect(found.p).toBeCloseTo(p, 10);
    }
    for (const { one, other, statistic, p } of goldens.chi_square) {
      const found = chiSquare(one, other)!;
      expect(found.statistic).toBeCloseTo(statistic, 10);
      expect(found.p).toBeCloseTo(p, 10);
    }
    for (const [x, p] of goldens.kolmogorov_tail as [number, number][]) expect(kolmogorovTail(x)).toBeCloseTo(p, 12);
  });

  test("two proportions are tested by z squared, worked out by hand", () => {
    // 90 of 100 against 80 of 100: pooled 0.85, z = 0.1 / sqrt(0.85 x 0.15 x 2 / 100)
    const z = 0.1 / Math.sqrt((0.85 * 0.15 * 2) / 100);
    expect(twoProportions({ hits: 90, of: 100 }, { hits: 80, of: 100 })!.statistic).toBeCloseTo(z * z, 10);
  });

  test("which side comes first means nothing, equal shares are no distance, and an empty side is no test", () => {
    fc.assert(
      fc.property(filled, ([one, other]) => {
        for (const [a, b] of [
          [kolmogorovSmirnov(one, other)!, kolmogorovSmirnov(other, one)!],
          [chiSquare(one, other)!, chiSquare(other, one)!],
        ] as const) {
          expect(a.statistic).toBeCloseTo(b.statistic, 8);
          expect(a.p).toBeCloseTo(b.p, 8);
          expect(a.p).toBeGreaterThanOrEqual(0);
          expect(a.p).toBeLessThanOrEqual(1);
        }
        const doubled = one.map((count) => 2 * count);
        expect(kolmogorovSmirnov(one, doubled)).toEqual({ statistic: 0, p: 1 });
        expect(chiSquare(one, doubled)!.p).toBeCloseTo(1, 6);
      }),
    );
    expect([kolmogorovSmirnov([0, 0], [1, 2]), chiSquare([0, 0], [1, 2])]).toEqual([null, null]);
  });

  test("the distance is the same whatever rising function values and edges go through", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: -24, max: 24 }).map((eighths) => eighths / 8),
          { minLength: 1 },
        ),
        fc.array(
          fc.integer({ min: -24, max: 24 }).map((eighths) => eighths / 8),
          { minLength: 1 },
        ),
        fc.uniqueArray(fc.integer({ min: -2, max: 2 }), { minLength: 1 }),
        (one, other, points) => {
          const edges = points.sort((a, b) => a - b);
          const distance = (change: (value: number) => number) => {
            const cells: Cells = { kind: "numeric", edges: edges.map(change) };
            const counted = [one, other].map((values) => countIn(cells, column(values.map(change))).counts) as [number[], number[]];
            return kolmogorovSmirnov(...counted)!.statistic;
          };
          expect(distance((value) => 4 * value - 1)).toBe(distance((value) => value));
          expect(distance((value) => value ** 3)).toBe(distance((value) => value));
        },
      ),
    );
  });
});

describe("false discoveries", () => {
  test("of the fifteen p values of Benjamini and Hochberg (1995) the first four hold at 0.05", () => {
    const published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
    expect(adjusted(published).map((q) => q! <= 0.05)).toEqual(published.map((_, place) => place < 4));
  });

  test("adjusting rejects what the definition rejects: up to the largest rank k with p <= k level / m", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (ps) => {
        const sorted = [...ps].sort((a, b) => a - b);
        const last = sorted.findLastIndex((p, index) => p * ps.length <= (index + 1) * 0.1);
        const rejected = adjusted(ps).filter((q) => q! <= 0.1).length;
        expect(rejected).toBe(last < 0 ? 0 : sorted.filter((p) => p <= sorted[last]!).length);
      }),
    );
    expect(adjusted([null, 0.04, null])).toEqual([null, 0.04, null]);
  });
});

describe("the stability index", () => {
  test("is the sum worked out by hand, with half a row more in each cell", () => {
    const [p, q] = [
      [100.5 / 201, 100.5 / 201],
      [150.5 / 301, 150.5 / 301],
    ];
    expect(stabilityIndex([100, 100], [150, 150])).toBeCloseTo((q[0]! - p[0]!) * Math.log(q[0]! / p[0]!) * 2, 12);
    expect(stabilityIndex([80, 20], [50, 50])).toBeCloseTo(
      (50.5 / 101 - 80.5 / 101) * Math.log(50.5 / 80.5) + (50.5 / 101 - 20.5 / 101) * Math.log(50.5 / 20.5),
      12,
    );
  });

  test("is never negative, the same either way round, 0 for equal counts, and finite where a cell is empty", () => {
    fc.assert(
      fc.property(filled, ([one, other]) => {
        const index = stabilityIndex(one, other)!;
        expect(index).toBeGreaterThanOrEqual(0);
        expect(index).toBeCloseTo(stabilityIndex(other, one)!, 10);
        expect(stabilityIndex(one, one)).toBe(0);
        expect(Number.isFinite(index)).toBe(true);
      }),
    );
    expect(stabilityIndex([0, 0], [1, 2])).toBeNull();
  });

  test("groups lose no row, are cut by the reference alone, and are at most so many", () => {
    fc.assert(
      fc.property(filled, ([one, other]) => {
        const [grouped, groupedOther] = [inGroups(one, one, 10), inGroups(one, other, 10)];
        expect([total(grouped), total(groupedOther)]).toEqual([total(one), total(other)]);
        expect(groupedOther.length).toBe(grouped.length);
        expect(grouped.length).toBeLessThanOrEqual(11);
      }),
    );
    expect(inGroups(Array<number>(100).fill(7), Array<number>(100).fill(7), 10)).toEqual(Array<number>(10).fill(70));
  });
});

describe("the reference", () => {
  test("keeps no count of one to four rows and no value that fewer than five rows have", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 60 })), { maxLength: 400 }), (values) => {
        const { cells, counts, missing } = distributionOf(column(values));
        for (const count of [...counts, missing]) expect(count === 0 || count >= 5).toBe(true);
        if (cells.kind === "few")
          for (const value of cells.values) expect(values.filter((each) => each === value).length).toBeGreaterThanOrEqual(5);
      }),
    );
  });

  test("cuts at rounded percentiles: of 10,000 incomes no edge is a household's own, and each cell holds about a hundredth", () => {
    const incomes = draw(10_000, 3, (random) => 50_000 + 400_000 * random());
    const { cells, counts } = distributionOf(incomes);
    if (cells.kind !== "numeric") throw new Error("many values");
    expect(cells.edges.length).toBeGreaterThan(90);
    expect(cells.edges.filter((edge) => incomes.includes(edge))).toEqual([]);
    expect(Math.max(...counts)).toBeLessThan(200);
    expect(Math.max(...cells.edges)).toBeLessThan(incomes.reduce((most, value) => Math.max(most, value)));
    expect(Math.abs(medianOf({ cells, counts })! - 250_000)).toBeLessThan(10_000);
  });

  test("twelve distinct values are counted by value, thirteen in ranges", () => {
    const ofValues = (distinct: number) =>
      distributionOf(Float64Array.from({ length: 10 * distinct }, (_, row) => row % distinct)).cells.kind;
    expect([ofValues(12), ofValues(13)]).toEqual(["few", "numeric"]);
  });

  test("holds scores of rows kept aside and how often the event came in each tenth of them", () => {
    const score = draw(4000, 5, (random) => random() * 0.5);
    const random = seededRandom(6);
    const label = Uint8Array.from(score, (risk) => Number(random() < risk));
    const reference = referenceOf([{ name: "age", family: null, values: score }], { score, label });
    expect(reference.score!.calibration.length).toBe(10);
    for (const { rows, mean_score, event_share } of reference.score!.calibration) {
      expect(rows).toBe(400);
      expect(Math.abs(mean_score - event_share)).toBeLessThan(0.1);
    }
    expect(referenceOf([], null)).toEqual({ format: "aldyn-reference/1", rows: 0, features: [], score: null });
  });
});

describe("drift", () => {
  const before = distributionOf(draw(5000, 1, normal));
  const drift = (now: Float64Array, reference = before) =>
    driftOf([{ feature: "x", family: null, reference, now: countIn(reference.cells, now) }])[0]!;

  test("a night from the same population is stable, one moved by 0.4 deviations shifted, by 0.8 drifted", () => {
    const moved = (by: number) => drift(draw(4000, 2, (random) => normal(random) + by)).state;
    expect([moved(0), moved(0.4), moved(0.8)]).toEqual(["stable", "shifted", "drifted"]);
  });

  test("a trifle in a million rows is significant and no drift; a large change in twelve rows is large and no drift", () => {
    const big = distributionOf(draw(200_000, 3, normal));
    const trifle = drift(
      draw(200_000, 4, (random) => normal(random) + 0.03),
      big,
    );
    expect(trifle.q).toBeLessThan(rule.significance);
    expect(trifle.state).toBe("stable");
    const few = drift(draw(12, 5, (random) => normal(random) + 0.3));
    expect(few.index).toBeGreaterThan(rule.index.drifted);
    expect(few.state).toBe("stable");
  });

  test("both sides of each threshold: size and chance both count", () => {
    const { shifted, drifted } = rule.index;
    const [under, over] = [rule.significance - 1e-9, rule.significance];
    expect(stateOf(shifted - 1e-9, under, rule.index)).toBe("stable");
    expect(stateOf(shifted, under, rule.index)).toBe("shifted");
    expect(stateOf(drifted - 1e-9, under, rule.index)).toBe("shifted");
    expect(stateOf(drifted, under, rule.index)).toBe("drifted");
    expect(stateOf(drifted, over, rule.index)).toBe("stable");
    expect(stateOf(null, under, rule.index)).toBe("stable");
  });

  test("a register that is silent of a third of the families is drift of what is unknown, though the known are as before", () => {
    const random = seededRandom(8);
    const silent = drift(draw(4000, 7, (next) => (random() < 0.33 ? Number.NaN : normal(next))));
    expect(silent.state).toBe("drifted");
    expect(silent.index).toBeLessThan(rule.index.shifted);
    expect(silent.missing.shares[1]).toBeCloseTo(0.33, 1);
    const none = drift(draw(4000, 7, () => Number.NaN));
    expect(none).toMatchObject({ index: null, statistic: null, p: null, q: null, state: "drifted", medians: [expect.any(Number), null] });
  });

  test("of 200 features of the same population none is called drifted", () => {
    const features = Array.from({ length: 200 }, (_, place) => {
      const reference = distributionOf(draw(1000, 2 * place + 1, normal));
      const now = countIn(reference.cells, draw(1000, 2 * place + 2, normal));
      return { feature: `x${place}`, family: null, reference, now };
    });
    expect(driftOf(features).filter(({ state }) => state !== "stable")).toEqual([]);
  });

  test("a value that the reference did not know falls under other values and is tested by chi-square", () => {
    const reference = distributionOf(Float64Array.from({ length: 1000 }, (_, row) => row % 2));
    const found = drift(
      Float64Array.from({ length: 1000 }, (_, row) => row % 4),
      reference,
    );
    expect(found).toMatchObject({ test: "chi_square", state: "drifted" });
  });
});
