import type { IsoDate } from "../domain/dates.ts";
import type { Language } from "../domain/languages.ts";
import { currencyName } from "../lists/sentences.ts";
import { formatMessage } from "../rules/message.ts";
import type { NeedRow } from "./need-row.ts";
import type { Category } from "./standards-method.ts";
import { categoryNames, missingWords, questionWords, verificationWords, verifierNames } from "./words.ts";

/** The three months of a reference quarter. */
const quarterMonths = 3;
/** Who can verify a category of spending. */
const verifiersOf: Readonly<Record<Category, readonly string[]>> = {
  food: ["bank"],
  housing: ["utility", "bank"],
  medical: ["clinic", "pharmacy"],
  education: ["school"],
  transport: ["bank"],
  clothing: ["bank"],
  other: ["bank"],
};

/** One family's need on a date. Sums are whole currency units a month for the whole family unless the name says otherwise; null is unknown. */
export type NeedSheet = ReturnType<typeof needSheet>;

/** What a sheet is written with. */
export interface SheetFrame {
  asOf: IsoDate;
  /** ISO code. */
  currency: string;
  language: Language;
}

/** Makes the sheet of a row of `need`: sums a month, and what is said of it in a language. */
export function needSheet(row: NeedRow, frame: SheetFrame) {
  const { asOf, currency } = frame;
  const incomeMonths = row.income_months ?? quarterMonths;
  const ofIncome = (amount: number | null) => perMonth(amount, incomeMonths);
  return {
    household_id: row.household_id,
    as_of: asOf,
    quarter: row.quarter,
    area_code: row.area_code,
    currency,
    household: { members: row.members, children: row.children, units: row.units, tenure: row.tenure, life_stage: row.stage },
    confidence: row.confidence,
    missing: row.missing.map(({ item, reason }) => ({ item, reason, text: missingWords[`${item} ${reason}`]?.[frame.language] ?? item })),
    income: {
      total_lcu: ofIncome(row.income_lcu),
      per_member_lcu: perMonth(row.income_lcu, incomeMonths * row.units),
      sources: row.income_sources.map((source) => ({ ...source, amount_lcu: ofIncome(source.amount_lcu) as number })),
    },
    lines: {
      poverty_line_lcu: row.poverty_line_lcu,
      is_below_line: row.is_below_line,
      line_gap_lcu: perMonthUp(row.line_gap_lcu, incomeMonths),
      subsistence_minimum_lcu: row.subsistence_minimum_lcu,
      is_below_subsistence: row.is_below_subsistence,
      subsistence_gap_lcu: perMonthUp(row.subsistence_gap_lcu, incomeMonths),
    },
    standard: {
      total_lcu: perMonth(row.standard_lcu, quarterMonths),
      is_least: row.is_standard_least,
      income_gap_lcu: perMonthUp(row.standard_gap_lcu, incomeMonths),
    },
    spending: spendingOf(row),
    categories: row.categories.map(categoryOf),
    burdens: { housing: row.housing_share, medical: row.medical_share, loans: row.loans_share },
    coping: copingOf(row),
    life_cycle: { stage: row.stage, expected_month_lcu: row.expected_month_lcu, spent_month_lcu: row.spent_last_month_lcu },
    verifications: row.categories.filter(isOpen).map((category) => verificationOf(category, frame)),
    questions: row.questions.map((code) => ({ code, text: questionOf(code, row, frame, incomeMonths) })),
  };
}

/** A sum of so many months as a month's, to the nearest whole unit. */
export function perMonth(amount: number | null, months: number): number | null {
  return amount === null ? null : Math.floor((2 * amount + months) / (2 * months));
}

/** What is missing in so many months as a month's, up: a gap never rounds to none. */
export function perMonthUp(amount: number | null, months: number): number | null {
  return amount === null ? null : Math.ceil(amount / months);
}

function spendingOf(row: NeedRow) {
  if (row.spent_lcu === null) return null;
  return {
    total_lcu: perMonth(row.spent_lcu, quarterMonths) as number,
    declared_lcu: perMonth(row.declared_lcu, quarterMonths),
    verified_lcu: perMonth(row.verified_lcu, quarterMonths),
    standard_gap_lcu: perMonthUp(row.spending_gap_lcu, quarterMonths),
  };
}

type CategoryRow = NeedRow["categories"][number];

function categoryOf({ category, standard_lcu, counted_lcu, declared_lcu, verified_lcu, gap_lcu }: CategoryRow) {
  return {
    category,
    standard_lcu: perMonth(standard_lcu, quarterMonths),
    spent_lcu: perMonth(counted_lcu, quarterMonths),
    declared_lcu: perMonth(declared_lcu, quarterMonths),
    verified_lcu: perMonth(verified_lcu, quarterMonths),
    gap_lcu: perMonthUp(gap_lcu, quarterMonths),
  };
}

function copingOf(row: NeedRow) {
  return {
    spends_above_income: row.spends_above_income,
    overspent_lcu: perMonthUp(row.overspent_lcu, quarterMonths),
    is_overdue: row.is_overdue,
    overdue_loans_sum_lcu: row.overdue_lcu,
    utility_arrears_sum_lcu: row.utility_arrears_lcu,
    draws_on_savings: row.draws_on_savings,
    savings_before_sum_lcu: row.savings_before_lcu,
    savings_sum_lcu: row.savings_lcu,
  };
}

/** Whether the family's word on a category stands unverified, or differs from what was verified. */
const isOpen = ({ is_unverified, declared_lcu, verified_lcu }: CategoryRow) =>
  is_unverified === true || (declared_lcu !== null && verified_lcu !== null && declared_lcu !== verified_lcu);

function verificationOf(row: CategoryRow, { language, currency }: SheetFrame) {
  const { category } = row;
  const isVerified = row.verified_lcu !== null && row.is_unverified !== true;
  const by = isVerified ? (row.verified_by ?? "").split(",").filter((name) => name !== "") : [...verifiersOf[category]];
  const settles = settledBy(row);
  const [first = "", ...rest] = categoryNames[category][language];
  const said = formatMessage(verificationWords[isVerified ? "differs" : "unverified"][language], language, {
    category: first.toLocaleUpperCase(language) + rest.join(""),
    declared: perMonth(row.declared_lcu, quarterMonths) ?? 0,
    verified: perMonth(row.verified_lcu, quarterMonths) ?? 0,
    currency: currencyName(currency, language),
    verifiers: by.map((name) => verifierNames[name]?.[language] ?? name).join(", "),
  });
  return {
    category,
    by,
    declared_lcu: perMonth(row.declared_lcu, quarterMonths),
    verified_lcu: perMonth(row.verified_lcu, quarterMonths),
    settles_spending_above_income: row.settles_spending_above_income,
    settles_standard: row.settles_standard,
    text: `${said}. ${formatMessage(verificationWords.settles[language], language, { settles })}.`,
  };
}

function settledBy({ settles_spending_above_income: income, settles_standard: standard }: CategoryRow): string {
  if (income === true) return standard === true ? "both" : "income";
  return standard === true ? "standard" : "none";
}

function questionOf(code: string, row: NeedRow, { language, currency }: SheetFrame, incomeMonths: number): string {
  const words = questionWords[code];
  if (words === undefined) return code;
  return formatMessage(words[language], language, {
    traceable: perMonth(row.traceable_lcu, quarterMonths) ?? 0,
    income: perMonth(row.income_lcu, incomeMonths) ?? 0,
    own_work: perMonth(row.self_employment_lcu, incomeMonths) ?? 0,
    currency: currencyName(currency, language),
  });
}
