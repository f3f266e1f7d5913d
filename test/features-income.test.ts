import { expect, test } from "vitest";
import { createFeatures } from "../src/features/build.ts";
import { featuresOf, household, income, inRegistry, months, only, person } from "./support/features.ts";
import { createPlainReference } from "./support/reference.ts";

// The plain reference: subsistence minimum 50,000, poverty line 40,000 per head and month, everywhere and always.

test("income per head is the quarter's counting income over three months and all members; the line is met at the line, not below it", async () => {
  const quarter = months("2026-07", "2026-09");
  const features = await featuresOf({
    tables: {
      household: ["at", "below", "between", "none"].map((name) => household(name, { members: 2 })),
      income: [
        ...quarter.map((month) => income("at", month, 100_000)),
        ...quarter.map((month, index) => income("below", month, index === 1 ? 99_999 : 100_000)),
        ...quarter.map((month) => income("between", month, 90_000)),
        income("none", "2026-06", 500_000),
      ],
    },
  });
  const names = ["income_per_capita_q0_lcu", "is_below_subsistence", "is_below_line", "income_to_subsistence_ratio", "line_shortfall_lcu"];
  expect(Object.values(only(features.at, ...names))).toEqual([50_000, false, false, 1, 0]);
  expect(Object.values(only(features.below, ...names))).toEqual([299_999 / 6, true, false, 299_999 / 300_000, 0]);
  expect(Object.values(only(features.between, ...names))).toEqual([45_000, true, false, 0.9, 0]);
  expect(Object.values(only(features.none, ...names))).toEqual([0, true, true, 0, 40_000]);
  expect(features.none?.log_income_to_subsistence).toBeCloseTo(Math.log(0.01), 12);
  expect(features.none?.income_to_subsistence_ratio_q1).toBeCloseTo(500_000 / 300_000, 12);
});

test("quarters back from the reference quarter stand each beside its own line", async () => {
  const features = await featuresOf({
    tables: {
      household: [household("h", { members: 1 })],
      income: [
        ...months("2025-07", "2025-09").map((month) => income("h", month, 100_000)),
        ...months("2025-10", "2025-12").map((month) => income("h", month, 25_000)),
        ...months("2026-01", "2026-03").map((month) => income("h", month, 75_000)),
        ...months("2026-07", "2026-09").map((month) => income("h", month, 50_000)),
      ],
    },
  });
  expect(
    only(
      features.h,
      "income_to_subsistence_ratio",
      "income_to_subsistence_ratio_q1",
      "income_to_subsistence_ratio_q4",
      "mean_income_to_subsistence_4q",
      "lowest_income_to_subsistence_4q",
      "quarters_below_subsistence_4q",
    ),
  ).toEqual({
    income_to_subsistence_ratio: 1,
    income_to_subsistence_ratio_q1: 0,
    income_to_subsistence_ratio_q4: 2,
    mean_income_to_subsistence_4q: (1 + 0 + 1.5 + 0.5) / 4,
    lowest_income_to_subsistence_4q: 0,
    quarters_below_subsistence_4q: 2,
  });
});

test("halved income is a change of -0.5; from nothing to something is 10, from nothing to nothing 0", async () => {
  const features = await featuresOf({
    tables: {
      household: ["halved", "began", "never"].map((name) => household(name, { members: 1 })),
      income: [
        ...months("2026-04", "2026-06").map((month) => income("halved", month, 200_000)),
        ...months("2026-07", "2026-09").map((month) => income("halved", month, 100_000)),
        income("began", "2026-09", 1),
      ],
    },
  });
  expect(["halved", "began", "never"].map((name) => features[name]?.income_change_3m)).toEqual([-0.5, 10, 0]);
  expect(["halved", "began", "never"].map((name) => features[name]?.months_without_income)).toEqual([0, 0, 12]);
  expect(["halved", "began", "never"].map((name) => features[name]?.has_any_income_6m)).toEqual([true, true, false]);
  expect(["halved", "began", "never"].map((name) => features[name]?.income_months_12m)).toEqual([6, 1, 0]);
});

test("trend and volatility agree with the textbook's formulas over the twelve months", async () => {
  const amounts = [90, 120, 80, 150, 60, 130, 110, 70, 160, 40, 100, 90].map((thousand) => thousand * 1000);
  const year = months("2025-10", "2026-09");
  const features = await featuresOf({
    tables: {
      household: [household("h", { members: 1 })],
      income: year.map((month, index) => income("h", month, amounts[index] as number)),
    },
  });
  const mean = amounts.reduce((total, each) => total + each, 0) / 12;
  const centred = amounts.map((amount, index) => [index - 5.5, amount - mean] as const);
  const slope = centred.reduce((total, [x, y]) => total + x * y, 0) / centred.reduce((total, [x]) => total + x * x, 0);
  const deviation = Math.sqrt(centred.reduce((total, [, y]) => total + y * y, 0) / 12);
  expect(features.h?.income_trend_12m).toBeCloseTo(slope / mean, 12);
  expect(features.h?.income_volatility_12m).toBeCloseTo(deviation / mean, 12);
  expect(slope).toBeLessThan(0);
});

test("earners are persons: two wages of one person are one, a zero wage is none", async () => {
  const features = await featuresOf({
    tables: {
      household: [household("h")],
      person: ["a", "b", "c"].map((name) => person("h", name, "1985-01-01", { employment: name === "c" ? "unemployed" : "hired" })),
      income: [
        income("h", "2026-08", 50_000, { person_id: "a" }),
        income("h", "2026-09", 50_000, { person_id: "a" }),
        income("h", "2026-09", 0, { person_id: "b" }),
        income("h", "2026-06", 50_000, { person_id: "a" }),
        income("h", "2026-05", 50_000, { person_id: "b" }),
        income("h", "2026-09", 30_000, { kind: "pension" }),
      ],
    },
  });
  expect(
    only(
      features.h,
      "wage_earners_3m",
      "wage_earners_before_3m",
      "earners_per_adult_3m",
      "wage_months_12m",
      "unemployed_adults",
      "income_sources_6m",
    ),
  ).toEqual({
    wage_earners_3m: 1,
    wage_earners_before_3m: 2,
    earners_per_adult_3m: 1 / 3,
    wage_months_12m: 4,
    unemployed_adults: 1,
    income_sources_6m: 2,
  });
  expect(features.h?.wage_share_6m).toBeCloseTo(200 / 230, 12);
});

test("kinds of income that do not count by the parameters in force count nowhere but in the months with income", async () => {
  const world = {
    tables: {
      household: [household("h", { members: 1 })],
      income: months("2026-07", "2026-09").flatMap((month) => [
        income("h", month, 30_000),
        income("h", month, 70_000, { kind: "alimony" }),
      ]),
    },
  };
  const features = await inRegistry(world, async (session) => {
    await createPlainReference(session);
    await session.run("insert into reference_income_kind values ('alimony', false), ('wage', true)");
    await createFeatures(session, { asOf: "2026-10-01", snapshot: 100 });
    return session.row("select * from features");
  });
  expect(only(features, "income_per_capita_q0_lcu", "wage_share_6m", "income_change_3m", "income_sources_6m")).toEqual({
    income_per_capita_q0_lcu: 30_000,
    wage_share_6m: 1,
    income_change_3m: 10,
    income_sources_6m: 2,
  });
});

test("household units of a survey: income over the equivalence scale, not over heads", async () => {
  const world = {
    tables: {
      household: [household("h", { members: 4, children: 2 }), household("children only", { members: 2, children: 2 })],
      income: ["h", "children only"].map((name) => income(name, "2026-07", 345_000)),
    },
    coverage: [{ table: "income", from: "2023-01-01", until: "2026-10-01", byRow: true }],
  };
  const features = await inRegistry(world, async (session) => {
    await session.run("update reference_household_unit set further_adult = 0.8, child = 0.55");
    await createFeatures(session, { asOf: "2026-10-01", snapshot: 100 });
    return session.rows("select members, income_per_capita_q0_lcu as per_unit from features order by members desc");
  });
  expect(features[0]?.per_unit).toBeCloseTo(345_000 / (1 + 0.8 + 2 * 0.55), 6);
  expect(features[1]?.per_unit).toBeCloseTo(345_000 / (1 + 0.55), 6);
});
