import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NeedRow } from "../../src/need/need-row.ts";
import { openDatabase } from "../../src/warehouse/database.ts";
import { quoted } from "../../src/warehouse/session.ts";
import { writeBuckets } from "./bucket-rows.ts";

/** A family of three with 70,000 a month, the line being 40,000 a head, whose adults have not consented to anything. */
export const plainNeed = (household_id: string, area_code: string): NeedRow => ({
  household_id,
  area_code,
  quarter: "2026-07-01",
  members: 3,
  children: 1,
  units: 3,
  tenure: "rented",
  stage: "school_children",
  income_months: 3,
  income_lcu: 210_000,
  income_sources: [
    { member: 1, role: "head", age_years: 41, kind: "wage", counts: true, amount_lcu: 180_000 },
    { member: null, role: null, age_years: null, kind: "benefit", counts: true, amount_lcu: 30_000 },
  ],
  poverty_line_lcu: 40_000,
  subsistence_minimum_lcu: 50_000,
  is_below_line: true,
  is_below_subsistence: true,
  line_gap_lcu: 150_000,
  subsistence_gap_lcu: 240_000,
  standard_lcu: 480_001,
  is_standard_least: true,
  standard_gap_lcu: 270_001,
  categories: (["food", "housing", "medical", "education", "transport", "clothing", "other"] as const).map((category) => ({
    category,
    standard_lcu: 60_000,
    counted_lcu: null,
    declared_lcu: null,
    verified_lcu: null,
    verified_by: null,
    gap_lcu: null,
    is_unverified: null,
    settles_spending_above_income: null,
    settles_standard: null,
  })),
  spent_lcu: null,
  declared_lcu: null,
  verified_lcu: null,
  spending_gap_lcu: null,
  housing_share: null,
  medical_share: null,
  loans_share: 0.25,
  spends_above_income: null,
  overspent_lcu: null,
  loan_payments_lcu: 52_500,
  overdue_lcu: 7_000,
  utility_arrears_lcu: 0,
  is_overdue: true,
  outflow_lcu: null,
  savings_before_lcu: null,
  savings_lcu: null,
  draws_on_savings: null,
  spent_last_month_lcu: null,
  expected_month_lcu: 168_000,
  questions: [],
  self_employment_lcu: 0,
  traceable_lcu: null,
  confidence: 6 / 9,
  missing: [
    { item: "tenure", reason: "unknown" },
    { item: "spending", reason: "no_consent" },
    { item: "accounts", reason: "no_consent" },
  ],
});

/** Writes needs as the step does: Parquet files by bucket. */
export async function writeNeeds(directory: string, rows: readonly NeedRow[]): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "needs.json");
  writeFileSync(file, JSON.stringify(rows));
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  await writeBuckets(session, `read_json(${quoted(file)})`, directory);
  session.close();
  rmSync(file);
}
