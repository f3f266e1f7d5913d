import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import { featuresOf, household, income, months, only, person, type Tables } from "./support/features.ts";

const scopes = ["bank", "expenditure"];
const consent = (person_id: string, scope: string, at: string, state: string) => ({
  person_id,
  scope,
  at: `${at}T10:00:00`,
  state,
  recorded_at: `${at}T10:00:00`,
});
const registers = {
  income: months("2026-04", "2026-09").map((month) => income("h", month, 100_000)),
  expenditure: months("2026-07", "2026-09").flatMap((month) =>
    [
      ["housing", "declared", 50_000],
      ["housing", "verified", 30_000],
      ["food", "declared", 60_000],
      ["medical", "verified", 10_000],
    ].map(([category, basis, amount]) => ({
      household_id: "h",
      month: `${month}-01`,
      category: category as string,
      basis: basis as string,
      amount_lcu: amount as number,
      recorded_at: `${month}-28`,
    })),
  ),
  account: months("2026-06", "2026-09").map((month, index) => ({
    household_id: "h",
    month: `${month}-01`,
    outflow_lcu: 120_000,
    savings_lcu: 100_000 - index * 10_000,
    housing_deposit_lcu: 0,
    recorded_at: `${month}-28`,
  })),
};
const people = {
  household: [household("h")],
  person: [person("h", "mother", "1985-01-01"), person("h", "son", "2015-01-01"), person("h", "father", "1985-01-01")],
};
const world = (events: Tables[string]): { tables: Tables } => ({ tables: { ...people, ...registers, consent: events } });
const given = ["mother", "father"].flatMap((name) => scopes.map((scope) => consent(name, scope, "2026-01-10", "given")));

test("with the consent of every adult spending and accounts are seen: verified before declared, over three months", async () => {
  const { h } = await featuresOf(world(given));
  expect(
    only(
      h,
      "spending_per_capita_3m_lcu",
      "spending_to_income_ratio_3m",
      "food_share_3m",
      "rent_share_3m",
      "medical_share_3m",
      "education_share_3m",
    ),
  ).toEqual({
    spending_per_capita_3m_lcu: 100_000 / 3,
    spending_to_income_ratio_3m: 1,
    food_share_3m: 0.6,
    rent_share_3m: 0.3,
    medical_share_3m: 0.1,
    education_share_3m: 0,
  });
  expect(only(h, "outflow_to_income_ratio_3m", "savings_in_months", "savings_change_3m_lcu")).toEqual({
    outflow_to_income_ratio_3m: 1.2,
    savings_in_months: 70_000 / 150_000,
    savings_change_3m_lcu: -30_000,
  });
});

test("each category of spending has its share, and those of one denominator make up the whole with the rest", async () => {
  const amounts = { food: 40_000, transport: 30_000, clothing: 10_000, other: 15_000, education: 5_000 };
  const expenditure = Object.entries(amounts).map(([category, amount_lcu]) => ({
    household_id: "h",
    month: "2026-08-01",
    category,
    basis: "declared",
    amount_lcu,
    recorded_at: "2026-08-28",
  }));
  const names = Object.keys(amounts).map((category) => `${category}_share_3m`);
  const shares = async (tables: Tables) => Object.values(only((await featuresOf({ tables })).h, ...names));
  expect(await shares({ ...people, expenditure, consent: given })).toEqual([0.4, 0.3, 0.1, 0.15, 0.05]);
  expect(await shares({ ...people, expenditure })).toEqual([null, null, null, null, null]);
  expect(await shares({ ...people, consent: given })).toEqual([null, null, null, null, null]);
});

test("a consenting household without rows has 0, one without consent is unknown", async () => {
  const tables = { ...people, consent: given };
  const consenting = (await featuresOf({ tables })).h;
  const silent = (await featuresOf({ tables: people })).h;
  const names = ["spending_per_capita_3m_lcu", "rent_share_3m", "outflow_to_income_ratio_3m", "savings_in_months"];
  expect(Object.values(only(consenting, ...names))).toEqual([0, 0, 0, 0]);
  expect(Object.values(only(silent, ...names))).toEqual([null, null, null, null]);
});

test("a burden without any income is 10, no burden is 0", async () => {
  const { income: _, ...withoutIncome } = registers;
  const { h } = await featuresOf({ tables: { ...people, ...withoutIncome, consent: given } });
  expect(only(h, "rent_share_3m", "spending_to_income_ratio_3m", "debt_service_ratio_3m")).toEqual({
    rent_share_3m: 10,
    spending_to_income_ratio_3m: 10,
    debt_service_ratio_3m: 0,
  });
});

test("a member of unknown age must consent too", async () => {
  const known = { ...people, ...registers, person: [...people.person, person("h", "of unknown age", null)] };
  const seen = async (events: Tables[string]) => (await featuresOf({ tables: { ...known, consent: events } })).h;
  const names = ["rent_share_3m", "outflow_to_income_ratio_3m"];
  expect(Object.values(only(await seen(given), ...names))).toEqual([null, null]);
  const all = [...given, ...scopes.map((scope) => consent("of unknown age", scope, "2026-01-10", "given"))];
  expect(Object.values(only(await seen(all), ...names))).toEqual([0.3, 1.2]);
});

test("never asked, asked, refused, not answered, withdrawn, and given by one adult only: every feature is the same", async () => {
  const never = await featuresOf(world([]));
  const consented = readCatalogue(projectFile("models/features")).filter((feature) => feature.needs_consent);
  expect(consented.length).toBeGreaterThan(5);
  for (const { name } of consented) expect(never.h?.[name], name).toBeNull();
  const others = {
    asked: scopes.map((scope) => consent("mother", scope, "2026-01-10", "asked")),
    refused: scopes.map((scope) => consent("mother", scope, "2026-01-10", "refused")),
    "no answer": scopes.map((scope) => consent("mother", scope, "2026-01-10", "no_answer")),
    withdrawn: [...given, ...scopes.map((scope) => consent("father", scope, "2026-09-30", "withdrawn"))],
    "one of two": given.filter((event) => event.person_id === "mother"),
  };
  for (const [name, events] of Object.entries(others)) expect(await featuresOf(world(events)), name).toEqual(never);
});
