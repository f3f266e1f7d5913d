import type { Language } from "../domain/languages.ts";
import { currencyName } from "../lists/sentences.ts";
import type { NeedSheet } from "../need/sheet.ts";
import { labels } from "../need/sheet-labels.ts";
import { categoryNames, kindNames, roleNames, stageNames, tenureNames } from "../need/words.ts";
import { formatMessage } from "../rules/message.ts";
import { textTable } from "./text-table.ts";

/** Words and numbers of one language. */
interface Speech {
  label(name: keyof typeof labels, values?: Readonly<Record<string, string | number>>): string;
  sum(amount: number | null): string;
  share(part: number | null): string;
  name(names: Readonly<Record<string, { kk: string; ru: string; en: string }>>, code: string | null): string;
}

/** One family's sheet as people read it in a terminal. */
export function needText(sheet: NeedSheet, language: Language): string {
  const speech = speechOf(language, sheet.currency);
  return [
    head(sheet, speech),
    incomes(sheet, speech),
    lines(sheet, speech),
    spending(sheet, speech),
    coping(sheet, speech),
    ...lists(sheet, speech),
  ]
    .map((part) => part.filter((each) => each !== "").join("\n"))
    .filter((part) => part !== "")
    .join("\n\n");
}

function speechOf(language: Language, currency: string): Speech {
  const money = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const label: Speech["label"] = (name, values = {}) =>
    formatMessage(labels[name][language], language, { currency: currencyName(currency, language), ...values });
  return {
    label,
    sum: (amount) => (amount === null ? "–" : money.format(amount)),
    share: (part) => (part === null ? label("unknown") : part >= 10 ? label("far_above") : percent.format(part)),
    name: (names, code) => (code === null ? label("unknown") : (names[code]?.[language] ?? code)),
  };
}

function head({ household_id, as_of, quarter, household, confidence }: NeedSheet, { label, name }: Speech): string[] {
  const named = label("quarter", { year: quarter.slice(0, 4), number: Math.ceil(Number(quarter.slice(5, 7)) / 3) });
  return [
    label("title", { household: household_id, asOf: as_of, quarter: named }),
    label("family", {
      members: household.members,
      children: household.children ?? label("unknown"),
      tenure: name(tenureNames, household.tenure),
      stage: name(stageNames, household.life_stage),
    }),
    label("known", { share: confidence }),
  ];
}

function incomes({ income }: NeedSheet, { label, sum, name }: Speech): string[] {
  const rows = income.sources.map(({ member, role, age_years, kind, counts, amount_lcu }) => [
    member === null ? label("family_as_whole") : `${name(roleNames, role)}${age_years === null ? "" : `, ${age_years}`}`,
    `${name(kindNames, kind)}${counts ? "" : ` (${label("not_counted")})`}`,
    sum(amount_lcu),
  ]);
  const totals = [
    [label("total"), "", income.total_lcu === null ? label("unknown") : sum(income.total_lcu)],
    [label("per_member"), "", income.per_member_lcu === null ? label("unknown") : sum(income.per_member_lcu)],
  ];
  const none = rows.length === 0 && income.total_lcu !== null ? label("nothing_registered") : "";
  return [label("income"), none, moneyTable([label("who"), label("kind"), label("a_month")], [...rows, ...totals], 2)];
}

function lines({ household, lines: held, standard }: NeedSheet, { label, sum }: Speech): string[] {
  const least = standard.is_least && standard.total_lcu !== null;
  const bound = (amount: number | null) => (least ? label("at_least", { sum: sum(amount) }) : sum(amount));
  const rows = [
    [label("poverty_line"), sum(held.poverty_line_lcu * household.units), sum(held.line_gap_lcu)],
    [label("subsistence"), sum(held.subsistence_minimum_lcu * household.units), sum(held.subsistence_gap_lcu)],
    [label("standard"), bound(standard.total_lcu), bound(standard.income_gap_lcu)],
  ];
  return [label("lines"), moneyTable([label("line"), label("amount"), label("missing_sum")], rows, 1)];
}

function spending({ spending: spent, categories, burdens, missing, standard }: NeedSheet, { label, sum, share, name }: Speech): string[] {
  const absent = missing.find(({ item }) => item === "spending")?.text ?? "";
  const full = [label("category"), label("norm"), label("spent"), label("declared"), label("verified"), label("missing_sum")];
  const rows = categories.map((each) => [
    name(categoryNames, each.category),
    ...[each.standard_lcu, each.spent_lcu, each.declared_lcu, each.verified_lcu, each.gap_lcu].map(sum),
  ]);
  const total = [
    label("total"),
    ...[
      standard.total_lcu,
      spent?.total_lcu ?? null,
      spent?.declared_lcu ?? null,
      spent?.verified_lcu ?? null,
      spent?.standard_gap_lcu ?? null,
    ].map(sum),
  ];
  const columns = spent === null ? 2 : full.length;
  const table = moneyTable(
    full.slice(0, columns),
    [...rows, total].map((row) => row.slice(0, columns)),
    1,
  );
  const shares = label("burdens", { housing: share(burdens.housing), medical: share(burdens.medical), loans: share(burdens.loans) });
  return [label("spending"), absent, table, shares];
}

function coping({ coping: signs, life_cycle: life }: NeedSheet, { label, sum, name }: Speech): string[] {
  const said = [
    signs.spends_above_income === null
      ? ""
      : signs.spends_above_income
        ? label("overspends", { sum: sum(signs.overspent_lcu) })
        : label("within_income"),
    (signs.overdue_loans_sum_lcu ?? 0) > 0 ? label("overdue_loans", { sum: sum(signs.overdue_loans_sum_lcu) }) : "",
    (signs.utility_arrears_sum_lcu ?? 0) > 0 ? label("arrears", { sum: sum(signs.utility_arrears_sum_lcu) }) : "",
    signs.is_overdue === false ? label("nothing_overdue") : "",
    signs.draws_on_savings === true
      ? label("draws_on_savings", { before: sum(signs.savings_before_sum_lcu), after: sum(signs.savings_sum_lcu) })
      : signs.draws_on_savings === false
        ? label("keeps_savings")
        : "",
    life.expected_month_lcu === null
      ? ""
      : label("life_cycle", {
          stage: name(stageNames, life.stage),
          expected: sum(life.expected_month_lcu),
          spent: sum(life.spent_month_lcu),
          isKnown: life.spent_month_lcu === null ? "no" : "yes",
        }),
  ].filter((each) => each !== "");
  return said.length === 0 ? [] : [label("coping"), ...said.map(bullet)];
}

function lists({ verifications, questions, missing }: NeedSheet, { label }: Speech): string[][] {
  const titled = (title: keyof typeof labels, texts: readonly { text: string }[]) =>
    texts.length === 0 ? [] : [label(title), ...texts.map(({ text }) => bullet(text))];
  return [titled("verifications", verifications), titled("questions", questions), titled("missing", missing)];
}

const bullet = (text: string) => `- ${text}`;

/** A table whose columns from the one given on hold sums, set to the right. */
function moneyTable(heading: readonly string[], rows: readonly (readonly string[])[], from: number): string {
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] as string).length)));
  // No-break spaces: a table wraps its cells at common ones.
  const right = (cells: readonly string[]) =>
    cells.map((cell, column) => (column < from ? cell : cell.padStart(widths[column] as number, "\u00a0")));
  return textTable(right(heading), rows.map(right), { width: 110, apart: false });
}
