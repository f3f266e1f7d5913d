import type { IsoDate } from "../domain/dates.ts";
import type { Row } from "../warehouse/values.ts";
import type { Category } from "./standards-method.ts";

/** A row of `need`, as sql/need/need.sql makes it: whole sums of the reference quarter, null where unknown. */
export interface NeedRow extends Row {
  household_id: string;
  area_code: string;
  quarter: IsoDate;
  members: number;
  children: number | null;
  /** Household units of the deployment's equivalence scale: the members, where income is per head. */
  units: number;
  tenure: string | null;
  stage: string | null;
  /** Months that the income speaks of: 3, or those that a survey asked about. */
  income_months: number | null;
  income_lcu: number | null;
  income_sources: {
    /** Number in the family, from the eldest; null: the household, or somebody who lives there no more. */
    member: number | null;
    role: string | null;
    age_years: number | null;
    kind: string;
    counts: boolean;
    amount_lcu: number;
  }[];
  poverty_line_lcu: number;
  subsistence_minimum_lcu: number;
  is_below_line: boolean | null;
  is_below_subsistence: boolean | null;
  line_gap_lcu: number | null;
  subsistence_gap_lcu: number | null;
  standard_lcu: number | null;
  /** Something that could only raise the standard is unknown: an age, a disability, the tenure. */
  is_standard_least: boolean;
  standard_gap_lcu: number | null;
  categories: {
    category: Category;
    standard_lcu: number | null;
    counted_lcu: number | null;
    declared_lcu: number | null;
    verified_lcu: number | null;
    /** Who verified, with commas between. */
    verified_by: string | null;
    gap_lcu: number | null;
    is_unverified: boolean | null;
    settles_spending_above_income: boolean | null;
    settles_standard: boolean | null;
  }[];
  spent_lcu: number | null;
  declared_lcu: number | null;
  verified_lcu: number | null;
  spending_gap_lcu: number | null;
  housing_share: number | null;
  medical_share: number | null;
  loans_share: number | null;
  spends_above_income: boolean | null;
  overspent_lcu: number | null;
  loan_payments_lcu: number | null;
  overdue_lcu: number | null;
  utility_arrears_lcu: number | null;
  is_overdue: boolean | null;
  outflow_lcu: number | null;
  savings_before_lcu: number | null;
  savings_lcu: number | null;
  draws_on_savings: boolean | null;
  spent_last_month_lcu: number | null;
  expected_month_lcu: number | null;
  questions: string[];
  self_employment_lcu: number;
  traceable_lcu: number | null;
  confidence: number;
  missing: { item: string; reason: string }[];
}
