import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { giniCoefficients } from "../src/simulation/gini.ts";
import type { Part, Reached, SimulatedDay, Simulation } from "../src/simulation/result.ts";
import { ratioError, totalError } from "../src/simulation/sampling-errors.ts";
import { shownSimulation } from "../src/simulation/shown.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Session } from "../src/warehouse/session.ts";

let session: Session;
beforeAll(async () => {
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
});
afterAll(() => session.close());

/** Families of a sample, their income far from even. */
const families = Array.from({ length: 300 }, (_, index) => {
  const draw = (((index + 1) * 7919) % 1009) / 1009;
  return { members: 1 + (index % 6), income: Math.round(30_000 * (1 + 20 * draw ** 4) * (1 + (index % 6) * 0.4)) };
});
const drawn = { households: 900, sampled: families.length };

/** Delete-one jackknife of a figure of a simple random sample (Efron; the finite population's correction beside it). */
function jackknife(figure: (of: typeof families) => number): number {
  const without = families.map((_, index) => figure(families.filter((_, other) => other !== index)));
  const mean = without.reduce((sum, each) => sum + each, 0) / without.length;
  const squares = without.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const n = families.length;
  return Math.sqrt((1 - n / drawn.households) * ((n - 1) / n) * squares);
}

const sum = (all: number[]) => all.reduce((total, each) => total + each, 0);
/** Half the mean difference of all pairs of persons over the mean, from families in order of income per head. */
function giniOf(of: typeof families): number {
  const ordered = of.toSorted((a, b) => a.income / a.members - b.income / b.members);
  const [persons, income] = [sum(of.map((each) => each.members)), sum(of.map((each) => each.income))];
  let [upTo, total] = [0, 0];
  for (const each of ordered) {
    upTo += each.members;
    total += each.income * (2 * upTo - each.members - persons);
  }
  return total / persons / income;
}

describe("errors of a sample are near those of the jackknife", () => {
  test("of a total and of a ratio", () => {
    const y = families.map(({ income, members }) => (income / members < 40_000 ? members : 0));
    const x = families.map(({ members }) => members);
    const product = (a: number[], b: number[]) => sum(a.map((each, index) => each * (b[index] as number)));
    const sums = { y: sum(y), x: sum(x), yy: product(y, y), xy: product(x, y), xx: product(x, x) };
    const isPoor = ({ income, members }: (typeof families)[number]) => income / members < 40_000;
    const share = (of: typeof families) => sum(of.filter(isPoor).map((each) => each.members)) / sum(of.map((each) => each.members));
    expect(share(families)).toBeGreaterThan(0.2);
    expect(share(families)).toBeLessThan(0.8);
    expect(ratioError(sums, drawn) / jackknife(share)).toBeCloseTo(1, 1);
    const mean = (of: typeof families) => sum(of.filter(isPoor).map((each) => each.members)) / of.length;
    expect(totalError(sums.y, sums.yy, drawn) / (drawn.households * jackknife(mean))).toBeCloseTo(1, 3);
    expect(ratioError({ y: 0, x: 0, yy: 0, xy: 0, xx: 0 }, drawn)).toBe(0);
    expect(totalError(5, 5, { households: 9, sampled: 9 })).toBe(0);
  });

  test("of the Gini coefficient", async () => {
    const rows = families.map(({ members, income }, index) => `('h${index}', ${members}, ${income})`).join(", ");
    await session.script(`create or replace temp table simulated as
      select household_id, members, income as before_3, 1 as line_3 from (values ${rows}, ('unknown', 3, null)) as t (household_id, members, income)`);
    const incomes = { before: "before_3", today: "before_3 * 2", changed: "before_3 + 100000" };
    const { gini, errors } = await giniCoefficients(session, incomes, drawn);
    expect(gini.before).toBeCloseTo(giniOf(families), 7);
    expect(errors?.before ?? 0).toBeGreaterThan(0);
    expect((errors?.before ?? 0) / jackknife(giniOf)).toBeCloseTo(1, 1);
    expect(errors?.today).toBeCloseTo(errors?.before ?? 0, 6);
    const moved = families.map((each) => ({ ...each, income: each.income + 100_000 }));
    expect(gini.changed).toBeCloseTo(giniOf(moved), 7);
    expect((await giniCoefficients(session, incomes, { households: 300, sampled: 300 })).errors).toBeUndefined();
  });
});

describe("small figures of parts are hidden", () => {
  const reachedOf = (families_today: number, gained_families = 0) =>
    ({
      families_today,
      families_changed: families_today + gained_families,
      gained_families,
      persons_today: 2,
      sum_today_lcu: 3,
    }) as Reached;
  const poverty = { poor_persons: 0 };
  const three = { by_line: poverty, by_minimum: poverty };
  const part = (kind: string, value: string, families: number, tsa: Reached, any: Reached = tsa): Part =>
    ({
      part: kind,
      value,
      families,
      programmes: { tsa, any_money: any },
      poverty: { before: three, today: three, changed: three },
    }) as never as Part;
  const shownOf = (parts: Part[]) => {
    const day = { parts } as unknown as SimulatedDay;
    return shownSimulation({ days: [day] } as unknown as Simulation).days[0]!.parts;
  };
  const hiddenOf = (parts: Part[]) =>
    shownOf(parts)
      .filter(({ programmes }) => programmes.tsa === null)
      .map(({ value }) => value);

  test("on both sides of five, and nothing of the country", () => {
    const regions = (small: number) => [
      part("all", "", 3000, reachedOf(300 + small)),
      part("region", "10", 1000, reachedOf(small)),
      part("region", "11", 900, reachedOf(100)),
      part("region", "15", 1100, reachedOf(200)),
    ];
    expect(hiddenOf(regions(5))).toEqual([]);
    expect(hiddenOf(regions(0))).toEqual([]);
    // One hidden region follows from the others: the smallest of those is hidden beside it.
    expect(hiddenOf(regions(4))).toEqual(["10", "11"]);
    expect(hiddenOf(regions(1))).toEqual(["10", "11"]);
    expect(hiddenOf([part("all", "", 9, reachedOf(3))])).toEqual([]);
  });

  test("few who gain, few who are left of the country, districts of a hidden region, town with village, all payments with one", () => {
    const parts = [
      part("all", "", 3000, reachedOf(300, 60)),
      part("region", "10", 1000, reachedOf(100, 3)),
      part("region", "11", 900, reachedOf(100, 30)),
      part("region", "15", 1100, reachedOf(100, 27)),
      part("group", "is_rural", 1000, reachedOf(296, 20)),
      part("group", "is_urban", 2000, reachedOf(100, 40)),
      part("group", "has_children", 2000, reachedOf(100, 40)),
      part("district", "1010", 500, reachedOf(50, 50)),
      part("district", "1110", 400, reachedOf(50, 20)),
      part("district", "1510", 600, reachedOf(50, 2)),
      part("district", "1511", 300, reachedOf(50, 25)),
      part("district", "1512", 200, reachedOf(50, 25)),
    ];
    expect(hiddenOf(parts)).toEqual(["10", "11", "is_rural", "is_urban", "1010", "1110", "1510", "1512"]);
    for (const { programmes } of shownOf(parts)) expect(programmes.any_money === null).toBe(programmes.tsa === null);
    expect(shownOf(parts)[0]?.programmes.tsa).toEqual(reachedOf(300, 60));
    expect(shownOf(parts).every((each) => each.poverty !== null)).toBe(true);
  });
});
