import { z } from "zod";
import { bare, type ColumnSchema, meaningOf } from "./column.ts";
import { historyColumns } from "./ddl.ts";
import { type ContractTable, isNullable, storedName } from "./table.ts";
import { contractTables } from "./tables.ts";

/** docs/data-dictionary.md: every table and column of the registry contract, as the contract says. */
export function dataDictionary(): string {
  return [...preface(), ...contractTables.flatMap(tableSection), ...historySection(), ""].join("\n");
}

function preface(): string[] {
  return [
    "# Data dictionary",
    "",
    "Made by `npx aldyn docs` from `src/contract`. Not edited by hand.",
    "",
    `${contractTables.length} tables. A source may bring any subset of them, and leave out any column that may be unknown; unknown is NULL, never 0.`,
    "A later row of the same key takes the place of the earlier one from its `recorded_at` on; nothing is overwritten.",
    "",
    "- **Identifiers** are given as the register has them, become pseudonyms on the way in (HMAC-SHA-256, 128 bits), and are stored as whole-number keys.",
    "- **Protected** columns reach the audit of fairness only. **Forbidden** ones may not enter a feature, by whatever way; a build test follows them.",
    "- **Consent**: features see the table's rows only while every adult of the family consents to that scope.",
    "",
    "| table | a row is |",
    "|---|---|",
    ...contractTables.map(({ name, grain }) => `| [${name}](#${name}) | ${grain} |`),
    "",
  ];
}

function tableSection(table: ContractTable): string[] {
  const rules = [
    `Key: ${table.key.map(code).join(", ")}.`,
    ...(table.period === undefined ? [] : [`Coverage speaks of ${code(table.period)}.`]),
    ...(table.consent === undefined ? [] : [`Needs consent: ${table.consent}.`]),
    ...table.ordered.map(([from, to]) => `${code(to)} is not before ${code(from)}.`),
    ...table.oneKnown.map((group) => `At least one of ${group.map(code).join(", ")} is known.`),
  ];
  return [
    `## ${table.name}`,
    "",
    `${table.grain[0]?.toUpperCase()}${table.grain.slice(1)}. ${rules.join(" ")}`,
    "",
    "| column | stored as | values | unknown? | meaning |",
    "|---|---|---|---|---|",
    ...Object.entries(table.columns).map(([name, schema]) => columnRow(name, schema)),
    "",
  ];
}

function columnRow(name: string, schema: ColumnSchema): string {
  const meaning = meaningOf(schema);
  const stored = storedName(name, schema);
  const type = meaning.sql.startsWith("ENUM") ? "ENUM" : meaning.sql;
  const notes = [
    meaning.description,
    ...(meaning.references === "area" ? ["must be in the table of areas"] : []),
    ...(meaning.protected === undefined ? [] : ["**protected**"]),
    ...(meaning.forbidden === undefined ? [] : [`**forbidden**: ${meaning.forbidden}`]),
  ];
  const cells = [
    code(name),
    stored === name ? type : `${code(stored)} ${type}`,
    valuesOf(schema),
    isNullable(schema) ? "may be" : "no",
    notes.join("; "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function valuesOf(schema: ColumnSchema): string {
  const inner = bare(schema);
  const { unit } = meaningOf(schema);
  if (inner instanceof z.ZodEnum) return inner.options.map((word) => code(String(word))).join(", ");
  if (inner instanceof z.ZodNumber) return `${inner.minValue} to ${inner.maxValue}${unit === undefined ? "" : ` ${unit}`}`;
  return unit === "month" ? "first day of a month" : "";
}

function historySection(): string[] {
  return [
    "## Columns that every stored row has",
    "",
    "| column | stored as | meaning |",
    "|---|---|---|",
    ...historyColumns.map(([name, type, meaning]) => `| ${code(name)} | ${type.replace(" NOT NULL", "")} | ${meaning} |`),
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}
