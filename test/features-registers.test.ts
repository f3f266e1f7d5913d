import { expect, test } from "vitest";
import { featuresOf, household, income, months, only, person } from "./support/features.ts";

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

test("events count from their own day within the window, once they are known", async () => {
  const event = (event_id: string, kind: string, happened_on: string, recorded_at = happened_on) => ({
    household_id: "h",
    event_id,
    kind,
    happened_on,
    recorded_at,
  });
  const features = await featuresOf({
    tables: {
      household: [alone("h")],
      life_event: [
        event("1", "job_loss", "2026-04-01"),
        event("2", "job_loss", "2026-03-31"),
        event("3", "job_loss", "2026-09-30", "2026-10-01"),
        event("4", "death_of_earner", "2025-10-01"),
        event("5", "death_of_earner", "2025-09-30"),
        event("6", "birth", "2026-01-01"),
      ],
    },
  });
  expect(only(features.h, "job_losses_6m", "deaths_of_earner_12m", "births_12m", "divorces_12m")).toEqual({
    job_losses_6m: 1,
    deaths_of_earner_12m: 1,
    births_12m: 1,
    divorces_12m: 0,
  });
});

test("an emergency strikes the place, its rural district, district and region, nobody else", async () => {
  const struck = (emergency_id: string, area_code: string, severity: number | null) => ({
    emergency_id,
    area_code,
    kind: "flood",
    started_on: "2026-04-15",
    severity,
    recorded_at: "2026-04-16",
  });
  const features = await featuresOf({
    tables: {
      household: [household("village", { area_code: "111834123", members: 1 }), household("city", { area_code: "710000000", members: 1 })],
      emergency: [
        struck("region", "110000000", 3),
        struck("district", "111800000", 1),
        struck("rural district", "111834000", 2),
        struck("village", "111834123", null),
        struck("other village", "111834124", 3),
        struck("other region", "120000000", 3),
      ],
    },
  });
  expect(only(features.village, "emergencies_area_6m", "emergency_severity_6m")).toEqual({
    emergencies_area_6m: 4,
    emergency_severity_6m: 3,
  });
  expect(only(features.city, "emergencies_area_6m", "emergency_severity_6m")).toEqual({ emergencies_area_6m: 0, emergency_severity_6m: 0 });
});

test("only confirmed signals about the household itself count", async () => {
  const signal = (signal_id: string, more: Record<string, string | boolean | null>) => ({
    signal_id,
    household_id: "h",
    area_code: "101000000",
    organisation: "a school",
    topic: "food",
    urgency: "normal",
    verified: true,
    happened_on: "2026-08-01",
    recorded_at: "2026-08-02",
    ...more,
  });
  const features = await featuresOf({
    tables: {
      household: [alone("h")],
      community_signal: [
        signal("1", {}),
        signal("2", { urgency: "urgent" }),
        signal("3", { verified: false, urgency: "urgent" }),
        signal("4", { household_id: null }),
        signal("5", { happened_on: "2026-06-30" }),
      ],
    },
  });
  expect(only(features.h, "verified_signals_3m", "urgent_verified_signals_3m")).toEqual({
    verified_signals_3m: 2,
    urgent_verified_signals_3m: 1,
  });
});

test("the Map's level is the latest one, and falls by steps against that of a year before", async () => {
  const level = (household_id: string, assessed_on: string, level: string) => ({
    household_id,
    assessed_on,
    level,
    recorded_at: assessed_on,
  });
  const features = await featuresOf({
    tables: {
      household: ["fell", "new"].map(alone),
      level: [
        level("fell", "2025-07-01", "B"),
        level("fell", "2025-10-02", "C"),
        level("fell", "2026-07-01", "D"),
        level("new", "2026-09-30", "E"),
      ],
    },
  });
  const names = ["map_level", "map_level_d", "map_level_e", "map_level_steps_down_12m"];
  expect(Object.values(only(features.fell, ...names))).toEqual(["D", true, false, 2]);
  expect(Object.values(only(features.new, ...names))).toEqual(["E", false, true, null]);
});

test("loans, overdue sums and utility bills are those of the last complete months", async () => {
  const credit = (month: string, overdue_days: number, overdue_lcu: number, loan = 0, mortgage = 0) => ({
    household_id: "h",
    person_id: null,
    month: `${month}-01`,
    loan_payment_lcu: loan,
    mortgage_payment_lcu: mortgage,
    overdue_days,
    overdue_lcu,
    recorded_at: `${month}-28`,
  });
  const utility = (month: string, arrears_lcu: number, disconnected: boolean | null = null) => ({
    household_id: "h",
    month: `${month}-01`,
    arrears_lcu,
    disconnected,
    recorded_at: `${month}-28`,
  });
  const features = await featuresOf({
    tables: {
      household: [alone("h")],
      income: months("2026-07", "2026-09").map((month) => income("h", month, 100_000)),
      credit: [credit("2026-01", 200, 9_000), credit("2026-07", 91, 7_000, 10_000, 20_000), credit("2026-09", 30, 5_000, 15_000)],
      utility: [utility("2026-03", 900), utility("2026-04", 100, true), utility("2026-08", 200), utility("2026-09", 0)],
    },
  });
  expect(
    only(
      features.h,
      "overdue_days_max",
      "overdue_lcu",
      "months_overdue_12m",
      "has_loan",
      "debt_service_ratio_3m",
      "utility_arrears_lcu",
      "utility_arrears_months_6m",
      "utility_disconnected_6m",
    ),
  ).toEqual({
    overdue_days_max: 91,
    overdue_lcu: 5_000,
    months_overdue_12m: 3,
    has_loan: true,
    debt_service_ratio_3m: 45_000 / 300_000,
    utility_arrears_lcu: 0,
    utility_arrears_months_6m: 2,
    utility_disconnected_6m: true,
  });
});

test("the child who waits longest for a check-up decides; a child whom the register does not know has waited since birth", async () => {
  const features = await featuresOf({
    tables: {
      household: [household("seen"), household("never seen")],
      person: [
        person("seen", "a", "2015-01-01"),
        person("seen", "b", "2015-01-01"),
        person("seen", "parent", "1985-01-01"),
        person("never seen", "c", "2024-09-30"),
      ],
      health: [
        { person_id: "a", last_checkup_on: "2026-08-15", chronic: false, attached_to_clinic: true, recorded_at: "2026-08-15" },
        { person_id: "b", last_checkup_on: "2025-10-02", vaccinations_complete: false, insured: false, recorded_at: "2026-08-15" },
        { person_id: "parent", last_checkup_on: "2010-01-01", dispensary: true, attached_to_clinic: false, recorded_at: "2026-08-15" },
      ],
    },
  });
  expect(features["never seen"]?.months_since_checkup_children_max).toBe(24);
  expect(
    only(
      features.seen,
      "months_since_checkup_children_max",
      "has_chronic_illness",
      "members_without_clinic",
      "members_uninsured",
      "children_vaccinations_incomplete",
    ),
  ).toEqual({
    months_since_checkup_children_max: 11,
    has_chronic_illness: true,
    members_without_clinic: 1,
    members_uninsured: 1,
    children_vaccinations_incomplete: 1,
  });
});

test("property is what is held on the day; livestock without a number is one head", async () => {
  const asset = (asset_id: string, kind: string, more = {}) => ({ household_id: "h", asset_id, kind, recorded_at: "2024-01-01", ...more });
  const features = await featuresOf({
    tables: {
      household: [alone("h")],
      asset: [
        asset("1", "livestock", { quantity: 12 }),
        asset("2", "livestock"),
        asset("3", "car", { disposed_on: "2026-09-30" }),
        asset("4", "subsidiary_plot", { disposed_on: "2026-10-01" }),
        asset("5", "livestock", { quantity: 100, disposed_on: "2025-09-30" }),
      ],
    },
  });
  expect(only(features.h, "livestock_quantity", "has_car", "has_land", "assets_sold_12m")).toEqual({
    livestock_quantity: 13,
    has_car: false,
    has_land: true,
    assets_sold_12m: 1,
  });
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
