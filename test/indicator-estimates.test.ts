import { describe, expect, test } from "vitest";
import type { Cell } from "../src/indicators/cells.ts";
import { readIndicators, standingOf, type Target, targetAt } from "../src/indicators/definition.ts";
import { estimate } from "../src/indicators/estimate.ts";
import { smallCells } from "../src/indicators/small-cells.ts";
import { seededRandom } from "../src/training/random.ts";
import { wilson } from "../src/training/wilson.ts";

interface Sums {
  x: number;
  n: number;
  y?: number;
  m?: number;
}

/** A cell of households, each with its sums. */
function cellOf(households: readonly Sums[], more: Partial<Cell> = {}): Cell {
  const cell = { indicator: "i", as_of: "2026-10-01", area: "", group: "all", households: households.length, unknown: 0 } as Cell;
  const names = ["x", "n", "y", "m"] as const;
  names.forEach((a, row) => {
    cell[a] = households.reduce((sum, each) => sum + (each[a] ?? 0), 0);
    for (const b of names.slice(row)) cell[`${a}${b}` as "xx"] = households.reduce((sum, each) => sum + (each[a] ?? 0) * (each[b] ?? 0), 0);
  });
  return { ...cell, ...more };
}

/** Standard error by leaving out each household in turn: an oracle that knows no formula of ours. */
function jackknife(households: readonly Sums[], value: (cell: Cell) => number): number {
  const left = households.map((_, index) => value(cellOf(households.filter((_each, other) => other !== index))));
  const mean = left.reduce((sum, each) => sum + each, 0) / left.length;
  return Math.sqrt(((left.length - 1) / left.length) * left.reduce((sum, each) => sum + (each - mean) ** 2, 0));
}

function randomHouseholds(seed: number): Sums[] {
  const random = seededRandom(seed);
  return Array.from({ length: 120 }, () => {
    const [n, m] = [1 + Math.floor(random() * 6), 1 + Math.floor(random() * 6)];
    const lean = random();
    return { n, m, x: Math.floor(n * lean * random()), y: Math.floor(m * Math.min(1, lean + 0.3 * random())) };
  });
}

describe("estimates", () => {
  test("a share of households is Wilson's", () => {
    const households = Array.from({ length: 40 }, (_, index) => ({ x: index < 9 ? 1 : 0, n: 1 }));
    expect(estimate("share", cellOf(households))).toEqual({ value: 9 / 40, interval: wilson(9 / 40, 40) });
  });

  test("members who say the same count as one household, whether some, nobody or everybody", () => {
    const cell = (hits: number) => cellOf(Array.from({ length: 20 }, (_, index) => ({ x: index < hits ? 3 : 0, n: 3 })));
    for (const hits of [0, 7, 20]) {
      const { value, interval } = estimate("share", cell(hits));
      expect(value).toBe(hits / 20);
      for (const [side, end] of wilson(hits / 20, 20).entries()) expect(interval?.[side]).toBeCloseTo(end, 10);
    }
  });

  test.each(["ratio", "fall", "growth"] as const)(
    "%s: the interval has the width that leaving out each household in turn gives",
    (kind) => {
      for (let seed = 1; seed <= 10; seed++) {
        const households = randomHouseholds(seed);
        const { value, interval } = estimate(kind, cellOf(households)) as { value: number; interval: [number, number] };
        // Changes are normal on the scale of their logarithm.
        const scale = (each: number) => (kind === "ratio" ? each : Math.log(kind === "fall" ? 1 - each : 1 + each));
        const error = jackknife(households, (cell) => scale(estimate(kind, cell).value as number));
        const half = Math.abs(scale(interval[1]) - scale(interval[0])) / 2;
        expect(half / 1.96 / error).toBeGreaterThan(0.93);
        expect(half / 1.96 / error).toBeLessThan(1.07);
        expect(interval[0]).toBeLessThan(value);
        expect(interval[1]).toBeGreaterThan(value);
      }
    },
  );

  test("a fall from 8 of 10 to 6 of 10 is a quarter; growth from 100 to 110 a tenth", () => {
    expect(estimate("fall", cellOf([{ x: 6, n: 10, y: 8, m: 10 }])).value).toBeCloseTo(0.25, 12);
    expect(estimate("growth", cellOf([{ x: 330, n: 3, y: 300, m: 3 }])).value).toBeCloseTo(0.1, 12);
  });

  test("nothing known is no value; one household has no interval of a mean; no hit now has no interval of a fall", () => {
    expect(estimate("share", cellOf([]))).toEqual({ value: null, interval: null });
    expect(estimate("mean", cellOf([]))).toEqual({ value: null, interval: null });
    expect(estimate("mean", cellOf([{ x: 30, n: 1 }]))).toEqual({ value: 30, interval: null });
    expect(
      estimate(
        "fall",
        cellOf([
          { x: 0, n: 2, y: 1, m: 2 },
          { x: 0, n: 2, y: 1, m: 2 },
        ]),
      ),
    ).toEqual({ value: 1, interval: null });
    expect(estimate("fall", cellOf([{ x: 1, n: 2, y: 0, m: 2 }]))).toEqual({ value: null, interval: null });
    expect(estimate("growth", cellOf([{ x: 1, n: 2, y: 0, m: 0 }]))).toEqual({ value: null, interval: null });
  });
});

describe("targets", () => {
  const target = (direction: Target["direction"], low: number, high: number): Target => ({
    ...{ from: "2018-01-01", direction, low, high, reference: "P1" },
  });
  test.each([
    [target("at_least", 0.7, 0.8), 0.8, "met"],
    [target("at_least", 0.7, 0.8), 0.799, "partly"],
    [target("at_least", 0.7, 0.8), 0.7, "partly"],
    [target("at_least", 0.7, 0.8), 0.699, "missed"],
    [target("at_most", 0.1, 0.15), 0.1, "met"],
    [target("at_most", 0.1, 0.15), 0.101, "partly"],
    [target("at_most", 0.1, 0.15), 0.15, "partly"],
    [target("at_most", 0.1, 0.15), 0.151, "missed"],
    [target("between", 6, 12), 5.99, "missed"],
    [target("between", 6, 12), 6, "met"],
    [target("between", 6, 12), 12, "met"],
    [target("between", 6, 12), 12.01, "missed"],
    [undefined, 0.5, "no_target"],
  ] as const)("%o: %f is %s", (aim, value, standing) => {
    expect(standingOf(value, aim)).toBe(standing);
  });

  test("a target holds from its day until the next one's", () => {
    const indicator = readIndicators().find(({ code }) => code === "work_or_measures_share")!;
    expect(targetAt(indicator, "2020-12-31")).toBeUndefined();
    expect(targetAt(indicator, "2021-01-01")).toMatchObject({ low: 0.74 });
    expect(targetAt(indicator, "2022-12-31")).toMatchObject({ low: 0.75 });
    expect(targetAt(indicator, "2026-10-01")).toMatchObject({ low: 0.76 });
  });

  test("the twelve of the papers with their targets, the first in both readings, and the ministry's five with its plan and fact", () => {
    const said = readIndicators().map(({ number, targets }) => {
      const last = targets.at(-1);
      return last === undefined ? number : `${number} ${last.direction} ${last.low}-${last.high}`;
    });
    expect(said).toEqual([
      ...["1a", "1b at_least 0.05-0.1", "2 between 6-12", "3 at_most 0.1-0.15", "4 at_least 0.7-0.8", "5 at_least 0.5-0.6"],
      ...["6 at_least 0.1-0.15", "7 at_least 0.05-0.1", "8 at_least 0.9-1", "9 at_least 0.7-0.8", "10 at_least 0.9-1"],
      ...["11 at_least 0.75-0.8", "12 at_least 0.95-1", "M1 at_most 0.055-0.055", "M2 at_least 0.76-0.76", "M3 at_least 0.154-0.154"],
      ...["M4 at_least 0.252-0.252", "M5 at_most 0.466-0.466"],
    ]);
    for (const { number, published } of readIndicators()) expect(published.length > 0).toBe(number.startsWith("M"));
  });
});

describe("small counts", () => {
  const indicators = readIndicators();
  const cell = (area: string, x: number, n: number, group: Cell["group"] = "all"): Cell => ({
    ...cellOf([]),
    ...{ indicator: "employment_share", area, group, x, n, households: n },
  });
  const hiddenOf = (cells: Cell[]) => {
    const hidden = smallCells(cells, indicators);
    return cells
      .filter(({ indicator, as_of, area, group }) => hidden.has(indicator, as_of, area, group))
      .map(({ area, group }) => (group === "all" ? area : `${area} ${group}`));
  };

  test("one to four of those who do, or of those who do not, are hidden; none and five are not", () => {
    expect(hiddenOf([cell("", 0, 20)])).toEqual([]);
    expect(hiddenOf([cell("", 5, 20)])).toEqual([]);
    expect(hiddenOf([cell("", 4, 20)])).toEqual([""]);
    expect(hiddenOf([cell("", 16, 20)])).toEqual([""]);
    expect(hiddenOf([cell("", 15, 20)])).toEqual([]);
    expect(hiddenOf([cell("", 20, 20)])).toEqual([]);
  });

  test("a hidden region has another hidden beside it, the smallest, and all its districts", () => {
    const cells = [
      cell("", 33, 73),
      cell("10", 3, 13),
      cell("11", 10, 20),
      cell("15", 20, 40),
      cell("1010", 0, 6),
      cell("1020", 3, 7),
      cell("1110", 10, 20),
    ];
    expect(hiddenOf(cells)).toEqual(["10", "11", "1010", "1020", "1110"]);
  });

  test("what is hidden together is not few", () => {
    const cells = [cell("", 42, 82), cell("10", 1, 1), cell("11", 1, 2), cell("15", 20, 39), cell("19", 20, 40)];
    expect(hiddenOf(cells)).toEqual(["10", "11", "15"]);
  });

  test("a group is hidden when the rest of its area is few; town and village together", () => {
    const cells = [
      cell("", 50, 100),
      cell("", 47, 90, "large"),
      cell("", 3, 20, "rural"),
      cell("", 47, 80, "urban"),
      cell("", 20, 40, "elderly"),
    ];
    expect(hiddenOf(cells)).toEqual([" large", " rural", " urban"]);
  });
});
