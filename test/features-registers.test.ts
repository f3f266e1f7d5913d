import { expect, test } from "vitest";
import { featuresOf, household, income, months, only, person, type Tables } from "./support/features.ts";

const alone = (name: string) => household(name, { members: 1 });
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

test("a health fact that a member's row leaves open is unknown for the household, unless another member's is known to be so", async () => {
  const whole = { attached_to_clinic: true, insured: true, vaccinations_complete: true, chronic: false, dispensary: false };
  const open = { attached_to_clinic: null, insured: null, vaccinations_complete: null, chronic: false, dispensary: null };
  const bad = { attached_to_clinic: false, insured: false, vaccinations_complete: false, chronic: null, dispensary: true };
  const families = { whole: [whole, whole], "one open": [whole, open], "one bad": [bad, open], "not on the register": [] };
  const children = Object.entries(families).flatMap(([name, facts]) =>
    [0, 1].map((place) => ({ name, id: `${name} ${place}`, fact: facts[place] })),
  );
  const features = await featuresOf({
    tables: {
      household: Object.keys(families).map((name) => household(name)),
      person: children.map(({ name, id }) => person(name, id, "2015-01-01")),
      health: children.flatMap(({ id, fact }) => (fact === undefined ? [] : [{ person_id: id, ...fact, recorded_at: "2026-08-15" }])),
    },
  });
  const names = ["has_chronic_illness", "members_without_clinic", "members_uninsured", "children_vaccinations_incomplete"];
  const told = Object.fromEntries(Object.entries(features).map(([name, row]) => [name, Object.values(only(row, ...names))]));
  expect(told).toEqual({
    whole: [false, 0, 0, 0],
    "one open": [null, null, null, null],
    "one bad": [true, 1, 1, 1],
    "not on the register": [false, 0, 0, 0],
  });
});

test("the age of what each register knows is that of its newest row; a refusal by the family itself leaves no trace", async () => {
  const asset = { household_id: "h", asset_id: "car", kind: "car", recorded_at: "2026-09-21" };
  const level = { household_id: "h", assessed_on: "2026-07-01", level: "B", recorded_at: "2026-08-02" };
  const application = (id: string, recorded_at: string, more: Record<string, string>) => ({
    household_id: "h",
    application_id: id,
    kind: "tsa_conditional",
    applied_on: "2026-01-01",
    decision: "refused",
    recorded_at,
    ...more,
  });
  const own = ["visit_refused", "measures_refused", "contract_broken", "false_data"].map((refusal_reason, index) =>
    application(refusal_reason, `2026-09-2${index + 4}`, { refusal_reason }),
  );
  const names = ["registers_known", "days_since_asset_record", "days_since_benefit_record", "days_since_level_record"];
  const told = async (benefit: Tables[string], rest: Tables = {}) =>
    Object.values(only((await featuresOf({ tables: { household: [alone("h")], benefit, ...rest } })).h, ...names));
  const refused = application("1", "2026-09-11", { refusal_reason: "income" });
  expect(await told([refused, ...own], { asset: [asset], level: [level] })).toEqual([4, 10, 20, 60]);
  expect(await told([...own])).toEqual([1, null, null, null]);
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
