import { count, date, householdId, money, oneOf, personId, text } from "../column.ts";
import { table } from "../table.ts";

export const benefit = table({
  name: "benefit",
  grain: "an application of a household for a benefit, with its decision and spell",
  key: ["household_id", "application_id"],
  columns: {
    household_id: householdId(),
    application_id: text("number of the application"),
    kind: oneOf(
      ["tsa_unconditional", "tsa_conditional", "child_supplement", "large_family", "disability", "housing_aid", "other"],
      "programme applied for",
    ),
    applied_on: date("day of application"),
    decision: oneOf(["granted", "refused", "pending"], "decision"),
    refusal_reason: oneOf(
      ["income", "assets", "visit_refused", "commission", "measures_refused", "contract_broken", "false_data", "other"],
      "why it was refused",
    ).nullable(),
    excess_lcu: money("per member and month above the line, when refused for income").nullable(),
    starts_on: date("first day of the spell, when granted").nullable(),
    ends_on: date("last day of the spell").nullable(),
    monthly_lcu: money("monthly sum of the spell").nullable(),
  },
  ordered: [["starts_on", "ends_on"]],
});

export const employmentMeasure = table({
  name: "employment_measure",
  grain: "an employment measure of a person",
  key: ["person_id", "measure_id"],
  columns: {
    person_id: personId(),
    measure_id: text("number of the measure"),
    measure: oneOf(["vacancy", "training", "public_work", "subsidised_job", "business_grant", "job_coach"], "kind of measure"),
    started_on: date("first day"),
    ended_on: date("last day").nullable(),
    outcome: oneOf(["running", "employed", "completed", "left", "none"], "how it ended").nullable(),
  },
  ordered: [["started_on", "ended_on"]],
});

export const plan = table({
  name: "plan",
  grain: "a social contract or integration plan of a household",
  key: ["household_id", "plan_id"],
  columns: {
    household_id: householdId(),
    plan_id: text("number of the plan"),
    kind: oneOf(["social_contract", "integration"], "kind of plan"),
    signed_on: date("day of signature"),
    ends_on: date("last day").nullable(),
    status: oneOf(["active", "completed", "broken", "ended"], "state of the plan"),
  },
  ordered: [["signed_on", "ends_on"]],
});

export const planMeasure = table({
  name: "plan_measure",
  grain: "a measure of a plan",
  key: ["household_id", "plan_id", "measure_id"],
  columns: {
    household_id: householdId(),
    plan_id: text("number of the plan"),
    measure_id: text("number of the measure"),
    person_id: personId().nullable(),
    kind: oneOf(["employment", "training", "health", "education", "cultural", "other"], "kind of measure"),
    due_on: date("day it is due").nullable(),
    done_on: date("day it was done").nullable(),
    status: oneOf(["planned", "done", "overdue", "dropped"], "state of the measure"),
  },
});

export const level = table({
  name: "level",
  grain: "the level of a household's well-being that the Map published on a date",
  key: ["household_id", "assessed_on"],
  columns: {
    household_id: householdId(),
    assessed_on: date("date of the assessment"),
    level: oneOf(["A", "B", "C", "D", "E"], "A good, B satisfactory, C unsatisfactory, D crisis, E emergency"),
    points: count("points of the assessment", -10_000, 10_000).nullable(),
  },
});
