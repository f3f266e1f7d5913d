import { areaCode, count, date, householdId, measure, oneOf, personId } from "../column.ts";
import { table } from "../table.ts";

export const household = table({
  name: "household",
  grain: "a household's state; a new row on change",
  key: ["household_id"],
  columns: {
    household_id: householdId(),
    area_code: areaCode(),
    settlement: oneOf(
      ["republican_city", "regional_city", "district_centre", "rural_district", "village"],
      "kind of settlement",
    ).nullable(),
    members: count("persons in the household", 1, 60).nullable(),
    children: count("members under the register's own age of majority (under 10 in some surveys)", 0, 50).nullable(),
    weight: measure("survey weight; absent in a full register", 0, 1e9).nullable(),
    dwelling_tenure: oneOf(
      ["owned", "mortgaged", "rented", "relatives", "dormitory", "none"],
      "right by which the home is held",
    ).nullable(),
    dwelling_area_m2: measure("floor area of the home", 0, 10_000, { unit: "m2" }).nullable(),
    dwelling_condition: oneOf(["good", "needs_repair", "unsafe"], "state of the home").nullable(),
    contact_language: oneOf(["kk", "ru"], "language of contact", {
      protected: true,
      forbidden: "language is a protected trait; it serves only to address the family",
    }).nullable(),
    formed_on: date("first day the household lived as one; unknown means the day it was first recorded").nullable(),
    dissolved_on: date("day the household ceased to be").nullable(),
  },
  ordered: [["formed_on", "dissolved_on"]],
});

export const person = table({
  name: "person",
  grain: "a person's state in a household; a new row on change",
  key: ["person_id"],
  columns: {
    person_id: personId(),
    household_id: householdId(),
    birth_date: date("date of birth").nullable(),
    sex: oneOf(["female", "male"], "sex in the register", { protected: true, forbidden: "sex is a protected trait" }).nullable(),
    role: oneOf(["head", "spouse", "child", "parent", "other"], "place in the household").nullable(),
    marital_status: oneOf(["single", "married", "divorced", "widowed"], "marital status").nullable(),
    education: oneOf(["none", "primary", "secondary", "special_secondary", "higher"], "highest education").nullable(),
    disability: oneOf(["none", "1", "2", "3", "child"], "disability group, or child with disability").nullable(),
    employment: oneOf(
      ["hired", "self_employed", "seasonal", "unemployed", "student", "pensioner", "carer", "inactive"],
      "employment status",
    ).nullable(),
    business: oneOf(["none", "sole_trader", "suspended", "founder"], "own business").nullable(),
    died_on: date("date of death").nullable(),
  },
  ordered: [["birth_date", "died_on"]],
});
