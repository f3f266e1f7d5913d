import { household, income, months, person, type Tables } from "./features.ts";

/** A family that every register knows, and a neighbour: rows of each table of the contract. Everything is recorded well before October 2026. */
export function richWorld(name = "h"): Tables {
  const of = (member: string) => `${name} ${member}`;
  const year = months("2025-10", "2026-09");
  const monthly = (month: string) => ({ household_id: name, month: `${month}-01`, recorded_at: `${month}-26` });
  return {
    household: [
      household(name, {
        area_code: "111834123",
        settlement: "village",
        dwelling_tenure: "rented",
        dwelling_area_m2: 60,
        dwelling_condition: "good",
        contact_language: "kk",
      }),
    ],
    person: [
      person(name, of("mother"), "1988-03-03", {
        role: "head",
        sex: "female",
        disability: "none",
        employment: "hired",
        education: "secondary",
        marital_status: "married",
        business: "none",
      }),
      person(name, of("father"), "1985-03-03", {
        role: "spouse",
        sex: "male",
        disability: "none",
        employment: "seasonal",
        education: "higher",
        business: "none",
      }),
      person(name, of("daughter"), "2014-03-03", { role: "child", sex: "female", disability: "none", employment: "student" }),
    ],
    consent: ["mother", "father"].flatMap((member) =>
      ["bank", "expenditure"].map((scope) => ({
        person_id: of(member),
        scope,
        at: "2025-01-10T10:00:00",
        state: "given",
        channel: "sms_1414",
        text_version: "1",
        recorded_at: "2025-01-10",
      })),
    ),
    income: months("2024-10", "2026-09").flatMap((month) => [
      income(name, month, 150_000, { person_id: of("mother") }),
      income(name, month, 120_000, { person_id: of("father"), kind: "agriculture" }),
    ]),
    expenditure: year.flatMap((month) =>
      ["housing", "food", "medical"].map((category) => ({ ...monthly(month), category, amount_lcu: 60_000, basis: "declared" })),
    ),
    credit: year.map((month) => ({
      ...monthly(month),
      person_id: of("mother"),
      loan_payment_lcu: 20_000,
      mortgage_payment_lcu: 0,
      overdue_days: month >= "2026-08" ? 35 : 0,
      overdue_lcu: month >= "2026-08" ? 25_000 : 0,
    })),
    account: year.map((month) => ({ ...monthly(month), outflow_lcu: 200_000, savings_lcu: 90_000, housing_deposit_lcu: 0 })),
    asset: [
      {
        household_id: name,
        asset_id: "cow",
        kind: "livestock",
        quantity: 3,
        value_lcu: 900_000,
        acquired_on: "2020-01-01",
        recorded_at: "2020-02-01",
      },
      { household_id: name, asset_id: "car", kind: "car", acquired_on: "2019-01-01", disposed_on: "2026-05-01", recorded_at: "2026-05-02" },
    ],
    benefit: [
      {
        household_id: name,
        application_id: "1",
        kind: "tsa_unconditional",
        applied_on: "2025-03-01",
        decision: "granted",
        starts_on: "2025-04-01",
        ends_on: "2025-06-30",
        monthly_lcu: 30_000,
        recorded_at: "2025-03-10",
      },
      {
        household_id: name,
        application_id: "2",
        kind: "tsa_unconditional",
        applied_on: "2026-05-01",
        decision: "refused",
        refusal_reason: "income",
        excess_lcu: 3_000,
        recorded_at: "2026-05-10",
      },
    ],
    schooling: year.map((month) => ({
      person_id: of("daughter"),
      month: `${month}-01`,
      enrolled: true,
      attendance_rate: 0.9,
      performance: "good",
      recorded_at: `${month}-26`,
    })),
    health: [
      {
        person_id: of("daughter"),
        attached_to_clinic: true,
        insured: true,
        last_checkup_on: "2026-02-01",
        vaccinations_complete: true,
        chronic: false,
        dispensary: false,
        recorded_at: "2026-02-02",
      },
      {
        person_id: of("father"),
        attached_to_clinic: true,
        insured: false,
        last_checkup_on: "2024-02-01",
        chronic: true,
        dispensary: false,
        recorded_at: "2026-02-02",
      },
    ],
    utility: year.map((month) => ({ ...monthly(month), arrears_lcu: month >= "2026-07" ? 12_000 : 0, disconnected: false })),
    employment_measure: [
      { person_id: of("father"), measure_id: "1", measure: "training", started_on: "2026-02-01", recorded_at: "2026-02-02" },
    ],
    life_event: [{ household_id: name, event_id: "1", kind: "job_loss", happened_on: "2026-06-10", recorded_at: "2026-06-12" }],
    emergency: [
      {
        emergency_id: `${name} flood`,
        area_code: "111800000",
        kind: "flood",
        started_on: "2026-05-01",
        severity: 2,
        recorded_at: "2026-05-01",
      },
    ],
    community_signal: [
      {
        signal_id: `${name} 1`,
        household_id: name,
        area_code: "111834123",
        organisation: "a school",
        topic: "food",
        urgency: "urgent",
        verified: true,
        happened_on: "2026-08-20",
        recorded_at: "2026-08-21",
      },
    ],
    plan: [{ household_id: name, plan_id: "1", kind: "integration", signed_on: "2026-03-01", status: "active", recorded_at: "2026-03-01" }],
    plan_measure: [
      {
        household_id: name,
        plan_id: "1",
        measure_id: "1",
        kind: "training",
        due_on: "2026-12-01",
        status: "planned",
        recorded_at: "2026-03-01",
      },
    ],
    level: [
      { household_id: name, assessed_on: "2025-07-01", level: "B", recorded_at: "2025-07-02" },
      { household_id: name, assessed_on: "2026-07-01", level: "C", recorded_at: "2026-07-02" },
    ],
    observation: [
      { household_id: name, person_id: null, name: "electricity kWh", observed_on: "2026-08-01", value: 140, recorded_at: "2026-08-20" },
      { household_id: name, person_id: null, name: "electricity kWh", observed_on: "2025-08-01", value: 200, recorded_at: "2025-08-20" },
    ],
  };
}

/** Two worlds as one. */
export function together(...worlds: Tables[]): Tables {
  const tables: Tables = {};
  for (const world of worlds) for (const [name, rows] of Object.entries(world)) tables[name] = [...(tables[name] ?? []), ...rows];
  return tables;
}
