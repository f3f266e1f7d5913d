import { z } from "zod";
import { bare } from "../contract/column.ts";
import type { ContractTable } from "../contract/table.ts";
import { addDays, type IsoDate } from "../domain/dates.ts";
import { identifier, quoted } from "../warehouse/session.ts";
import type { MappedColumn } from "./mapping.ts";
import { masked } from "./mask.ts";

/** A fault that a row can have: where it lies, when it is there, and what to call it. */
export interface Check {
  column: string;
  /** SQL boolean over `raw_<column>` and `<column>`; true when the row is bad. */
  isBad: string;
  fault: string;
  /** SQL text of the value at fault, over the same names. */
  value: string;
}

/** SQL of a column as the contract's type, over `raw_<column>`; NULL when it does not fit. Identifiers are not typed here. */
export function typedSql(column: MappedColumn): string {
  const raw = `"raw_${column.name}"`;
  const value = column.converted === undefined ? raw : `(${column.converted.replaceAll(/\braw\b/g, raw)})`;
  const type = column.meaning.sql;
  if (type === "VARCHAR") return `nullif(trim(${value}::varchar), '')`;
  if (type !== "TIMESTAMP") return `try_cast(${value} as ${type})`;
  return `case when ${hasOffset(raw)} then try_cast(try_cast(${value} as timestamptz) as timestamp) else try_cast(${value} as timestamp) end`;
}

/** A text with an offset is brought to local time; one without is local. */
function hasOffset(raw: string): string {
  return `typeof(${raw}) = 'VARCHAR' and regexp_matches(${raw}::varchar, ':[0-9]{2}(\\.[0-9]+)?\\s*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$')`;
}

/** What is asked of every row, as SQL: by the contract, and that nobody knew it later than the day after loading (time zones differ). */
export function checksOf(contract: ContractTable, columns: readonly MappedColumn[], today: IsoDate | undefined): Check[] {
  return [...columns.flatMap(columnChecks), ...tableChecks(contract), ...(today === undefined ? [] : [timeCheck(today)])];
}

function timeCheck(today: IsoDate): Check {
  const isBad = `"recorded_at" >= timestamp ${quoted(addDays(today, 2))}`;
  return { column: "recorded_at", isBad, fault: "is later than the day of loading", value: `"recorded_at"::varchar` };
}

function columnChecks(column: MappedColumn): Check[] {
  const raw = `"raw_${column.name}"`;
  const typed = `"${column.name}"`;
  const given = `nullif(trim(${raw}::varchar), '')`;
  const check = (isBad: string, fault: string): Check => ({ column: column.name, isBad, fault, value: `${raw}::varchar` });
  if (column.meaning.identifier !== undefined) return identifierChecks(column);
  const lost = lostSql(column);
  const checks: Check[] = [];
  if (!column.isNullable) checks.push(check(whenNull(typed, `${given} is null and not ${lost}`), "is missing"));
  if (lost !== "false") checks.push({ ...check(lost, `cannot be computed from ${column.columns.join(", ")}`), value: "null" });
  if (column.meaning.sql !== "VARCHAR" || column.converted !== undefined)
    checks.push(check(whenNull(typed, `${given} is not null`), typeFault(column)));
  if (column.meaning.sql === "INTEGER" && column.converted === undefined)
    checks.push(check(`typeof(${raw}) not like '%INT%' and try_cast(${raw} as double) <> ${typed}`, "is not a whole number"));
  return [...checks, ...rangeChecks(column).map(([isBad, fault]) => check(isBad, fault))];
}

/** A number that the door gave no key is an individual number where a pseudonym should be. */
function identifierChecks({ name, isNullable }: MappedColumn): Check[] {
  const inner = `"inner_${name}"`;
  const refused = {
    column: name,
    isBad: `${inner} is not null and "${name}" is null`,
    fault: "looks like an individual number",
    value: "null",
  };
  return isNullable ? [refused] : [refused, { column: name, isBad: `${inner} is null`, fault: "is missing", value: "null" }];
}

/** SQL that is worked out only for rows where the column is NULL: nearly never, so it may cost something. */
function whenNull(typed: string, condition: string): string {
  return `case when ${typed} is null then ${condition} else false end`;
}

/** SQL of whether an expression gave nothing although every column it reads is known. */
function lostSql(column: MappedColumn): string {
  if (column.mayBeNull || column.columns.length === 0) return "false";
  const known = column.columns.map((name) => `nullif(trim(${sourceAlias(name)}::varchar), '') is not null`);
  return `(${whenNull(`"raw_${column.name}"`, known.join(" and "))})`;
}

/** The name under which a source column goes along with what is computed from it. */
export function sourceAlias(name: string): string {
  return identifier(`source_${name}`);
}

function typeFault(column: MappedColumn): string {
  const schema = bare(column.schema);
  if (column.converted?.startsWith("case trim(raw") === true) return "has no place in the value map";
  if (schema instanceof z.ZodEnum) return `is none of ${schema.options.join(", ")}`;
  const types: Record<string, string> = {
    DATE: "is not a date (YYYY-MM-DD)",
    TIMESTAMP: "is not a date and time",
    BOOLEAN: "is not true or false",
    INTEGER: "is not a whole number",
    BIGINT: "is not a number",
    DOUBLE: "is not a number",
  };
  return types[column.meaning.sql] ?? "does not fit";
}

function rangeChecks(column: MappedColumn): [isBad: string, fault: string][] {
  const typed = `"${column.name}"`;
  const schema = bare(column.schema);
  if (column.meaning.unit === "month") return [[`day(${typed}) <> 1`, "is not the first day of a month"]];
  if (!(schema instanceof z.ZodNumber)) return [];
  const [least, most] = [schema.minValue, schema.maxValue];
  return [[`not ${typed} between ${least} and ${most}`, `is not a number between ${least} and ${most}`]];
}

function tableChecks(contract: ContractTable): Check[] {
  const ordered = contract.ordered.map(
    ([from, to]): Check => ({ column: to, isBad: `"${to}" < "${from}"`, fault: `is before ${from}`, value: `"${to}"::varchar` }),
  );
  const known = contract.oneKnown.map(
    (group): Check => ({
      column: group.join(", "),
      isBad: group.map((name) => `"${name}" is null`).join(" and "),
      fault: "are all unknown; one is needed",
      value: "null",
    }),
  );
  return [...ordered, ...known];
}

/** SQL of the list of a row's faults as JSON text. */
export function faultsSql(checks: readonly Check[]): string {
  const each = checks.map(
    (check) =>
      `case when ${check.isBad} then {'column': ${quoted(check.column)}, 'fault': ${quoted(check.fault)}, 'value': ${masked(check.value)}} end`,
  );
  return `to_json(list_filter([${each.join(",\n      ")}], lambda fault: fault is not null))::varchar`;
}
