import { count, date, flag, householdId, measure, money, month, oneOf, personId, text } from "../column.ts";
import { table } from "../table.ts";

export const income = table({
  name: "income",
  grain: "registered income of a household, person (or none), month and kind; TSA itself never counts",
  key: ["household_id", "person_id", "month", "kind"],
  period: "month",
  columns: {
    household_id: householdId(),
    person_id: personId().nullable(),
    month: month(),
    kind: oneOf(
      ["wage", "self_employment", "pension", "benefit", "alimony", "agriculture", "other"],
      "kind of income; benefit means any but TSA",
    ),
    amount_lcu: money("registered income of the month"),
  },
});

export const expenditure = table({
  name: "expenditure",
  grain: "spending of a household, month, category and basis",
  key: ["household_id", "month", "category", "basis"],
  period: "month",
  consent: "expenditure",
  columns: {
    household_id: householdId(),
    month: month(),
    category: oneOf(["housing", "food", "medical", "education", "transport", "clothing", "other"], "the seven categories of need"),
    amount_lcu: money("spending of the month"),
    basis: oneOf(["declared", "verified"], "declared by the family or verified by a third party"),
    verified_by: oneOf(["bank", "utility", "clinic", "pharmacy", "school"], "who verified it").nullable(),
  },
});

export const credit = table({
  name: "credit",
  grain: "loans of a household, person (or none) and month, as the Map holds them",
  key: ["household_id", "person_id", "month"],
  period: "month",
  columns: {
    household_id: householdId(),
    person_id: personId().nullable(),
    month: month(),
    loan_payment_lcu: money("payments due on loans, mortgage apart"),
    mortgage_payment_lcu: money("payments due on a mortgage"),
    overdue_days: count("days the oldest payment is overdue", 0, 20_000),
    overdue_lcu: money("overdue sum"),
  },
});

export const account = table({
  name: "account",
  grain: "aggregated bank accounts of a household and month",
  key: ["household_id", "month"],
  period: "month",
  consent: "bank",
  columns: {
    household_id: householdId(),
    month: month(),
    outflow_lcu: money("outflows of all accounts"),
    savings_lcu: money("savings at the month's end, housing deposit apart"),
    housing_deposit_lcu: money("housing deposit at the month's end"),
  },
});

export const asset = table({
  name: "asset",
  grain: "an asset of a household",
  key: ["household_id", "asset_id"],
  columns: {
    household_id: householdId(),
    asset_id: text("the asset's number in its register"),
    kind: oneOf(
      ["dwelling", "car", "commercial_vehicle", "land_plot", "subsidiary_plot", "business_premises", "machinery", "livestock"],
      "kind of asset",
    ),
    quantity: count("how many, for example head of livestock", 0, 1_000_000).nullable(),
    value_lcu: money("assessed value").nullable(),
    area_m2: measure("area", 0, 1e9, { unit: "m2" }).nullable(),
    acquired_on: date("day of acquisition").nullable(),
    disposed_on: date("day of disposal").nullable(),
  },
  ordered: [["acquired_on", "disposed_on"]],
});

export const utility = table({
  name: "utility",
  grain: "utility account of a household and month",
  key: ["household_id", "month"],
  period: "month",
  columns: {
    household_id: householdId(),
    month: month(),
    arrears_lcu: money("unpaid utility bills at the month's end"),
    disconnected: flag("a service was cut off in the month").nullable(),
  },
});
