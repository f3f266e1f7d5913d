import { z } from "zod";
import { categories } from "../need/standards-method.ts";

const sum = z.number().int().nullable();
const share = z.number().nullable().describe("share of income, 10 at most");
const sign = z.boolean().nullable();
const Category = z.enum(categories);

/** A household's need: sums are whole currency units a month for the whole family, unless the name says otherwise; null is unknown. */
export const Need = z.strictObject({
  run_id: z.string(),
  household_id: z.string(),
  as_of: z.iso.date(),
  quarter: z.iso.date().describe("first day of the quarter that income and spending are of"),
  area_code: z.string(),
  currency: z.string(),
  household: z.strictObject({
    members: z.int(),
    children: z.int().nullable(),
    units: z.number(),
    tenure: z.string().nullable(),
    life_stage: z.string().nullable(),
  }),
  confidence: z.number().describe("share of what is wanted that is known"),
  missing: z.array(z.strictObject({ item: z.string(), reason: z.string(), text: z.string() })),
  income: z.strictObject({
    total_lcu: sum,
    per_member_lcu: sum,
    sources: z.array(
      z.strictObject({
        member: z.int().nullable().describe("number in the family, from the eldest; null is the household itself"),
        role: z.string().nullable(),
        age_years: z.int().nullable(),
        kind: z.string(),
        counts: z.boolean(),
        amount_lcu: z.int(),
      }),
    ),
  }),
  lines: z.strictObject({
    poverty_line_lcu: z.number().describe("for one member"),
    is_below_line: sign,
    line_gap_lcu: sum,
    subsistence_minimum_lcu: z.number().describe("for one member"),
    is_below_subsistence: sign,
    subsistence_gap_lcu: sum,
  }),
  standard: z.strictObject({ total_lcu: sum, is_least: z.boolean(), income_gap_lcu: sum }),
  spending: z
    .strictObject({ total_lcu: z.int(), declared_lcu: sum, verified_lcu: sum, standard_gap_lcu: sum })
    .nullable()
    .describe("null without the consent of every adult, or where the register is not complete; `missing` says which"),
  categories: z.array(
    z.strictObject({ category: Category, standard_lcu: sum, spent_lcu: sum, declared_lcu: sum, verified_lcu: sum, gap_lcu: sum }),
  ),
  burdens: z.strictObject({ housing: share, medical: share, loans: share }),
  coping: z.strictObject({
    spends_above_income: sign,
    overspent_lcu: sum,
    is_overdue: sign,
    overdue_loans_sum_lcu: sum,
    utility_arrears_sum_lcu: sum,
    draws_on_savings: sign,
    savings_before_sum_lcu: sum,
    savings_sum_lcu: sum,
  }),
  life_cycle: z.strictObject({ stage: z.string().nullable(), expected_month_lcu: sum, spent_month_lcu: sum }),
  verifications: z.array(
    z.strictObject({
      category: Category,
      by: z.array(z.string()),
      declared_lcu: sum,
      verified_lcu: sum,
      settles_spending_above_income: sign,
      settles_standard: sign,
      text: z.string(),
    }),
  ),
  questions: z.array(z.strictObject({ code: z.string(), text: z.string() })),
});
