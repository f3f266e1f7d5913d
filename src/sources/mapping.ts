import { bare, type ColumnMeaning, meaningOf } from "../contract/column.ts";
import { type ContractTable, isNullable } from "../contract/table.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { parseExpression } from "./expression.ts";
import { isConstantDate, originOf } from "./source-file.ts";
import type { ColumnMapping, Source, TableSource } from "./source-shapes.ts";
import { unitFactors } from "./units.ts";

/** A contract column as it is computed from a source. */
export interface MappedColumn {
  name: string;
  meaning: ColumnMeaning;
  schema: ContractTable["columns"][string];
  isNullable: boolean;
  /** SQL over the source's columns of what the source says, before it becomes the contract's type; undefined where a wide file's names and values stand. */
  raw: string | undefined;
  /** SQL over `raw` of the value to cast to the contract's type; undefined where it is `raw` itself. */
  converted: string | undefined;
  /** Source columns it reads; `raw` may not be NULL when all of them are known, unless `mayBeNull`. */
  columns: readonly string[];
  mayBeNull: boolean;
}

/** A table's columns, each mapped or unknown, and what people should know about the mapping. */
export interface Mapping {
  columns: MappedColumn[];
  warnings: string[];
}

/** Maps a source's columns to the contract's. A UserError names a required column that the source lacks, and the nearest that it has. */
export async function mapColumns(
  session: Session,
  source: Source,
  table: TableSource,
  contract: ContractTable,
  sourceColumns: ReadonlyMap<string, string>,
): Promise<Mapping> {
  const mapping: Mapping = { columns: [], warnings: [] };
  const unknown: string[] = [];
  const unpivoted = table.unpivot === undefined ? [] : ["name", "value", "observed_on"];
  for (const [name, schema] of Object.entries(contract.columns)) {
    const place = `${source.file}: ${table.table}: columns.${name}`;
    const given =
      table.unpivot !== undefined && name === "observed_on" ? table.unpivot.observed_on : mappingOf(name, source, table, sourceColumns);
    const column = { name, schema, meaning: meaningOf(schema), isNullable: isNullable(schema) };
    if (unpivoted.includes(name) && name !== "observed_on") {
      mapping.columns.push({ ...column, raw: undefined, converted: undefined, columns: [], mayBeNull: false });
    } else if (given === undefined && column.isNullable) {
      unknown.push(name);
      mapping.columns.push({ ...column, raw: "null", converted: undefined, columns: [], mayBeNull: true });
    } else if (given === undefined) {
      throw new UserError(
        "missing_column",
        `${place} is needed, and ${originOf(table)} has no column ${name}${didYouMean(name, sourceColumns.keys())}; ` +
          `it has ${[...sourceColumns.keys()].join(", ")}. Map it under columns`,
      );
    } else mapping.columns.push({ ...column, ...(await mapOne(session, given, place, schema, sourceColumns)) });
    warnOfNumber(mapping, sourceColumns);
  }
  if (unknown.length > 0) mapping.warnings.unshift(`unknown, as the source has no such column: ${unknown.join(", ")}`);
  return mapping;
}

function mappingOf(name: string, source: Source, table: TableSource, columns: ReadonlyMap<string, string>): ColumnMapping | undefined {
  const own = table.columns[name];
  if (own !== undefined) return own;
  if (name === "recorded_at" && table.recorded_at !== undefined)
    return isConstantDate(table.recorded_at) ? `timestamp ${quoted(table.recorded_at)}` : table.recorded_at;
  if (columns.has(name)) return identifier(name);
  return name === "source" ? quoted(source.source) : undefined;
}

async function mapOne(
  session: Session,
  given: ColumnMapping,
  place: string,
  schema: ContractTable["columns"][string],
  columns: ReadonlyMap<string, string>,
): Promise<Pick<MappedColumn, "raw" | "converted" | "columns" | "mayBeNull">> {
  const text = typeof given === "string" ? given : given.from;
  const expression = await parseExpression(session, text, place, columns);
  const only = expression.columns[0];
  const isPlain = only !== undefined && (text === only || text === identifier(only));
  const mapped = {
    raw: isPlain ? identifier(only) : expression.sql,
    columns: expression.columns,
    mayBeNull: isPlain || expression.mayBeNull,
  };
  if (typeof given === "string") return { ...mapped, converted: undefined };
  if ("unit" in given) return { ...mapped, converted: `try_cast(raw as decimal(28, 6)) * ${unitFactors[given.unit]}` };
  checkTargets(given.values, schema, place);
  const cases = Object.entries(given.values).map(([from, to]) => `when ${quoted(from)} then ${quoted(String(to))}`);
  return { ...mapped, converted: `case trim(raw::varchar) ${cases.join(" ")} end` };
}

function checkTargets(values: Record<string, unknown>, schema: ContractTable["columns"][string], place: string): void {
  const words = (bare(schema) as { options?: string[] }).options;
  if (words === undefined) return;
  for (const [from, to] of Object.entries(values))
    if (!words.includes(String(to)))
      throw new UserError(
        "bad_source",
        `${place}.values.${from}: ${String(to)} is none of ${words.join(", ")}${didYouMean(String(to), words)}`,
      );
}

function warnOfNumber(mapping: Mapping, columns: ReadonlyMap<string, string>): void {
  const column = mapping.columns.at(-1);
  const number = column?.columns.find((name) => /INT|DOUBLE|DECIMAL|FLOAT/.test(columns.get(name) ?? ""));
  if (column?.meaning.identifier !== undefined && number !== undefined)
    mapping.warnings.push(
      `${column.name} comes from ${number}, a number in the file: zeros in front of it are lost; if other files have them, use lpad`,
    );
}
