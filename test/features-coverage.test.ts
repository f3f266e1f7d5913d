import { expect, test } from "vitest";
import { featuresOf, fullCoverage, household, income, months, only, person } from "./support/features.ts";

test("inside coverage no row is 0; outside it is unknown", async () => {
  const tables = { household: [household("h")], person: [person("h", "p", "1985-01-01", { role: "head" })] };
  const [inside, outside] = [await featuresOf({ tables }), await featuresOf({ tables, coverage: [] })];
  const zero = {
    overdue_days_max: 0,
    overdue_lcu: 0,
    months_overdue_12m: 0,
    has_loan: false,
    utility_arrears_lcu: 0,
    utility_arrears_months_6m: 0,
    utility_disconnected_6m: false,
    livestock_quantity: 0,
    has_car: false,
    assets_sold_12m: 0,
    tsa_active: false,
    tsa_spells: 0,
    tsa_months_24m: 0,
    income_refusals_12m: 0,
    has_pending_application: false,
    other_benefits_active: 0,
    deaths_of_earner_12m: 0,
    job_losses_6m: 0,
    verified_signals_3m: 0,
    emergencies_area_6m: 0,
    employment_measures_12m: 0,
    has_chronic_illness: false,
    members_without_clinic: 0,
    months_since_checkup_children_max: 0,
    income_per_capita_q0_lcu: 0,
    wage_earners_3m: 0,
    has_any_income_6m: false,
    income_months_12m: 0,
    months_without_income: 12,
    self_employment_monthly_3m_lcu: 0,
  };
  expect(only(inside.h, ...Object.keys(zero))).toEqual(zero);
  expect(only(outside.h, ...Object.keys(zero))).toEqual(Object.fromEntries(Object.keys(zero).map((name) => [name, null])));
  expect(only(outside.h, "unknown_reason", "income_months_observed_24m")).toEqual({
    unknown_reason: "no_income_register",
    income_months_observed_24m: 0,
  });
});

test("a district without the register is unknown while its neighbour is 0; the longest and the shortest prefix both cover", async () => {
  const features = await featuresOf({
    tables: {
      household: [
        household("covered district", { area_code: "101000000", members: 1 }),
        household("village of it", { area_code: "101012345", members: 1 }),
        household("other district", { area_code: "101800000", members: 1 }),
        household("covered village", { area_code: "111834100", members: 1 }),
        household("village beside", { area_code: "111834200", members: 1 }),
      ],
    },
    coverage: [
      { table: "credit", area: "1010", from: "2025-01-01", until: "2026-10-01" },
      { table: "credit", area: "1118341", from: "2025-01-01", until: "2026-10-01" },
    ],
  });
  expect(Object.fromEntries(Object.entries(features).map(([name, row]) => [name, row.overdue_days_max]))).toEqual({
    "covered district": 0,
    "village of it": 0,
    "other district": null,
    "covered village": 0,
    "village beside": null,
  });
});

test("a window is observed when every month of it is covered and the household lived then", async () => {
  const tables = {
    household: [
      household("long", { members: 1 }),
      household("since July", { members: 1, formed_on: "2026-07-01" }),
      household("since 2 July", { members: 1, formed_on: "2026-07-02" }),
    ],
  };
  const names = ["income_per_capita_q0_lcu", "has_any_income_6m", "wage_earners_3m", "unknown_reason"];
  const features = await featuresOf({ tables });
  expect(Object.values(only(features.long, ...names))).toEqual([0, false, 0, null]);
  expect(Object.values(only(features["since July"], ...names))).toEqual([0, null, 0, null]);
  expect(Object.values(only(features["since 2 July"], ...names))).toEqual([null, null, null, "too_new"]);
  const short = await featuresOf({ tables, coverage: [{ table: "income", from: "2026-08-01", until: "2026-10-01" }] });
  expect(Object.values(only(short.long, ...names))).toEqual([null, null, null, null]);
});

test("a household of a first delivery, without a date of its own, has lived as one since its first income; with a date, since that", async () => {
  const names = ["undated", "silent", "dated"];
  const features = await featuresOf({
    tables: {
      household: names.map((name) =>
        household(name, { members: 1, formed_on: name === "dated" ? "2026-09-02" : null, recorded_at: "2026-09-15" }),
      ),
      income: ["undated", "dated"].map((name) => income(name, "2025-05", 60_000, { recorded_at: "2026-09-15" })),
    },
  });
  const told = ["income_per_capita_q0_lcu", "income_months_12m", "income_months_observed_24m", "unknown_reason"];
  expect(Object.values(only(features.undated, ...told))).toEqual([0, 0, 17, null]);
  expect(Object.values(only(features.silent, ...told))).toEqual([null, null, 0, "too_new"]);
  expect(Object.values(only(features.dated, ...told))).toEqual([null, null, 0, "too_new"]);
});

test("a month counts as complete only after its publication lag: the clock and q0 are the same for every household", async () => {
  const tables = {
    household: [household("h", { members: 1 })],
    income: [
      ...months("2026-04", "2026-06").map((month) => income("h", month, 60_000)),
      ...months("2026-07", "2026-09").map((month) => income("h", month, 90_000)),
    ],
  };
  const q0At = async (lagDays: number, day: string) =>
    (await featuresOf({ tables, coverage: [{ table: "income", from: "2025-01-01", until: "2026-10-01", lagDays }] }, { asOf: day })).h
      ?.income_per_capita_q0_lcu;
  expect(await q0At(0, "2026-10-01")).toBe(90_000);
  expect(await q0At(1, "2026-10-01")).toBe(60_000);
  expect(await q0At(25, "2026-10-25")).toBe(60_000);
  expect(await q0At(25, "2026-10-26")).toBe(90_000);
});

test("in a survey only a household's own rows say that a month was observed, and a quarter is divided by the months it has", async () => {
  const features = await featuresOf({
    tables: {
      household: ["asked", "asked before", "asked and had nothing"].map((name) => household(name, { members: 1 })),
      income: [
        income("asked", "2026-08", 40_000),
        income("asked before", "2026-05", 40_000),
        income("asked and had nothing", "2026-08", 0),
      ],
    },
    coverage: [{ table: "income", from: "2025-01-01", until: "2026-10-01", byRow: true }],
  });
  const names = ["income_per_capita_q0_lcu", "income_to_subsistence_ratio_q1", "has_any_income_6m", "income_months_observed_24m"];
  expect(Object.values(only(features.asked, ...names))).toEqual([40_000, null, true, 1]);
  expect(Object.values(only(features["asked before"], ...names))).toEqual([null, 0.8, true, 1]);
  expect(Object.values(only(features["asked and had nothing"], ...names))).toEqual([0, null, false, 1]);
});

test("a register that stopped is stale: its features are unknown and confidence falls", async () => {
  const tables = { household: [household("h", { members: 1 })], person: [person("h", "p", "1985-01-01")] };
  const until = (day: string) => fullCoverage.map((each) => ({ ...each, until: day }));
  const confidence = async (day: string) => only((await featuresOf({ tables, coverage: until(day) })).h, "confidence", "unknown_reason");
  expect(await confidence("2026-10-01")).toEqual({ confidence: 1, unknown_reason: null });
  const halfYear = await confidence("2026-04-01");
  expect(halfYear.confidence).toBeCloseTo(0.5, 12);
  expect(halfYear.unknown_reason).toBe("stale_registers");
  const [quarter, year] = [await confidence("2026-07-01"), await confidence("2025-10-01")];
  expect(quarter.confidence).toBeCloseTo(0.75, 12);
  expect(quarter.unknown_reason).toBeNull();
  expect(year.confidence).toBe(0);
});

test("composition without coverage is as fresh as its newest record", async () => {
  const confidence = async (recorded_at: string) =>
    (
      await featuresOf({
        tables: { household: [household("h")], person: [person("h", "p", "1985-01-01", { recorded_at })] },
        coverage: [{ table: "income", from: "2025-01-01", until: "2026-10-01" }],
      })
    ).h?.confidence;
  const weights = 0.4 + 0.25;
  expect(await confidence("2025-10-01")).toBeCloseTo(1, 12);
  expect(await confidence("2024-10-01")).toBeCloseTo((0.4 + 0.25 * 0.5) / weights, 12);
  expect(await confidence("2023-10-01")).toBeCloseTo(0.4 / weights, 12);
});

test("holidays are no absence: enrolment is asked in the last three months in which school was held", async () => {
  const pupils = ["enrolled", "left", "too young", "too old"];
  const births: Record<string, string> = { enrolled: "2014-01-01", left: "2014-01-01", "too young": "2019-03-02", "too old": "2009-10-01" };
  const school = (person_id: string, month: string, attendance_rate: number) => ({
    person_id,
    month: `${month}-01`,
    enrolled: true,
    attendance_rate,
    performance: "poor",
    recorded_at: `${month}-28`,
  });
  const features = await featuresOf({
    tables: {
      household: [...pupils.map((name) => household(name)), household("no child"), household("others")],
      person: [
        ...pupils.map((name) => person(name, name, births[name] as string)),
        person("no child", "adult", "1980-01-01"),
        person("others", "x", "2012-01-01"),
        person("others", "y", "2012-01-01"),
      ],
      schooling: [
        ...months("2026-01", "2026-05").flatMap((month) => ["x", "y"].map((other) => school(other, month, 1))),
        school("enrolled", "2026-03", 0.5),
        school("enrolled", "2026-05", 0.75),
        school("left", "2026-02", 1),
      ],
    },
  });
  const of = (feature: string) => [...pupils, "no child"].map((name) => features[name]?.[feature]);
  expect(of("school_age_not_enrolled")).toEqual([0, 1, 0, 0, 0]);
  expect(of("attendance_rate_3m")).toEqual([0.625, 1, 1, 1, 1]);
  expect(of("children_poor_performance")).toEqual([1, 0, 0, 0, 0]);
});
