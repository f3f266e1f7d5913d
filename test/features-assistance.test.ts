import { expect, test } from "vitest";
import { featuresOf, household, income, months, only } from "./support/features.ts";

const alone = (name: string) => household(name, { members: 1 });
const benefit = (household_id: string, application_id: string, more: Record<string, string | number>) => ({
  household_id,
  application_id,
  kind: "tsa_unconditional",
  applied_on: "2026-01-15",
  decision: "granted",
  recorded_at: "2026-01-20",
  ...more,
});

test("TSA: grants less than 92 days apart are one spell; a spell runs through its last day", async () => {
  const features = await featuresOf({
    tables: {
      household: ["renewed", "gap of 92", "ended yesterday", "ends today", "open", "begins tomorrow"].map(alone),
      benefit: [
        benefit("renewed", "1", { starts_on: "2025-01-01", ends_on: "2025-03-31" }),
        benefit("renewed", "2", { starts_on: "2025-06-30", ends_on: "2025-09-30" }),
        benefit("gap of 92", "1", { starts_on: "2025-01-01", ends_on: "2025-03-31" }),
        benefit("gap of 92", "2", { starts_on: "2025-07-01", ends_on: "2025-09-30", kind: "tsa_conditional" }),
        benefit("ended yesterday", "1", { starts_on: "2026-07-01", ends_on: "2026-09-30" }),
        benefit("ends today", "1", { starts_on: "2026-07-01", ends_on: "2026-10-01" }),
        benefit("open", "1", { starts_on: "2026-10-01" }),
        benefit("begins tomorrow", "1", { starts_on: "2026-10-02" }),
      ],
    },
  });
  const of = (feature: string) => Object.fromEntries(Object.entries(features).map(([name, row]) => [name, row[feature]]));
  expect(of("tsa_spells")).toEqual({
    renewed: 1,
    "gap of 92": 2,
    "ended yesterday": 1,
    "ends today": 1,
    open: 1,
    "begins tomorrow": 0,
  });
  expect(of("tsa_active")).toMatchObject({
    renewed: false,
    "ended yesterday": false,
    "ends today": true,
    open: true,
    "begins tomorrow": false,
  });
  expect(of("months_since_tsa_end")).toMatchObject({
    renewed: 12,
    "ended yesterday": 0,
    "ends today": null,
    open: null,
    "begins tomorrow": null,
  });
  expect(features.renewed?.tsa_months_24m).toBeCloseTo((90 + 93) / 30.4375, 12);
});

test("refusals: the nearest miss of the last twelve months counts; what the family itself refused never does", async () => {
  const refused = (name: string, id: string, applied_on: string, refusal_reason: string, more = {}) =>
    benefit(name, id, { decision: "refused", applied_on, refusal_reason, ...more });
  const features = await featuresOf({
    tables: {
      household: ["misses", "a year ago", "own refusal"].map(alone),
      benefit: [
        refused("misses", "1", "2026-03-01", "income", { excess_lcu: 4_000 }),
        refused("misses", "2", "2025-10-01", "income", { excess_lcu: 1_500 }),
        refused("misses", "3", "2025-09-30", "income", { excess_lcu: 10 }),
        refused("misses", "4", "2026-06-30", "assets"),
        refused("a year ago", "1", "2025-09-30", "income", { excess_lcu: 700 }),
        ...["visit_refused", "measures_refused", "contract_broken", "false_data"].map((reason, index) =>
          refused("own refusal", String(index), "2026-05-01", reason),
        ),
      ],
    },
  });
  const names = ["near_miss_excess_lcu", "months_since_refusal", "income_refusals_12m", "other_refusals_12m"];
  expect(Object.values(only(features.misses, ...names))).toEqual([1_500, 3, 2, 1]);
  expect(Object.values(only(features["a year ago"], ...names))).toEqual([null, 12, 0, 0]);
  expect(Object.values(only(features["own refusal"], ...names))).toEqual([null, null, 0, 0]);
});

test("what is known of a district is the share of its households, each counted once", async () => {
  const features = await featuresOf({
    tables: {
      household: ["a", "b", "c", "d"].map(alone),
      income: ["a", "b", "c"].flatMap((name, index) =>
        months("2026-07", "2026-09").map((month) => income(name, month, 40_000 + index * 20_000)),
      ),
      benefit: [benefit("d", "1", { starts_on: "2026-07-01" })],
    },
  });
  expect(only(features.a, "area_below_subsistence_share", "area_median_income_to_subsistence", "area_tsa_share")).toEqual({
    area_below_subsistence_share: 2 / 4,
    area_median_income_to_subsistence: (0.8 + 1.2) / 2,
    area_tsa_share: 1 / 4,
  });
});
