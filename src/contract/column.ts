import { z } from "zod";

/** What a contract column means beyond its zod type: DDL, checks, the data dictionary and the lineage build test read this. */
export interface ColumnMeaning {
  /** Storage type in the warehouse; identifiers are stored as INTEGER keys under another name (see `storedName`). */
  sql: string;
  description: string;
  unit?: string;
  /** A direct identifier at the source; becomes a pseudonym at the door. */
  identifier?: "household" | "person";
  /** May group fairness results in the audit table, never reach a feature. */
  protected?: true;
  /** Why no feature may depend on it (safeguard: forbidden inputs). */
  forbidden?: string;
  /** A reference that is checked: the code must exist in the table named. */
  references?: "area" | "household" | "person";
}

export type ColumnSchema = z.ZodType;

const meanings = new WeakMap<z.ZodType, ColumnMeaning>();

function column<S extends z.ZodType>(schema: S, meaning: ColumnMeaning): S {
  meanings.set(schema, meaning);
  return schema;
}

/** The meaning of a column, also of one made nullable. */
export function meaningOf(schema: ColumnSchema): ColumnMeaning {
  const meaning = meanings.get(schema) ?? (schema instanceof z.ZodNullable ? meanings.get(schema.unwrap() as z.ZodType) : undefined);
  if (meaning === undefined) throw new Error("a contract column was made without src/contract/column.ts");
  return meaning;
}

/** The column's zod type without `nullable`. */
export function bare(schema: ColumnSchema): z.ZodType {
  return schema instanceof z.ZodNullable ? (schema.unwrap() as z.ZodType) : schema;
}

type Extra = Partial<Omit<ColumnMeaning, "sql" | "description">>;

export const householdId = (description = "the register's family number; stored as a pseudonym") =>
  column(z.string().min(1), { sql: "INTEGER", description, identifier: "household", references: "household" });
export const personId = (description = "the person's individual number; stored as a pseudonym") =>
  column(z.string().min(1), { sql: "INTEGER", description, identifier: "person", references: "person" });
export const areaCode = (description = "KATO code of the place, 9 digits") =>
  column(z.string().regex(/^\d{9}$/), { sql: "VARCHAR", description, references: "area" });
export const text = (description: string, extra: Extra = {}) => column(z.string().min(1), { sql: "VARCHAR", description, ...extra });
export const flag = (description: string, extra: Extra = {}) => column(z.boolean(), { sql: "BOOLEAN", description, ...extra });
export const date = (description: string, extra: Extra = {}) => column(z.iso.date(), { sql: "DATE", description, ...extra });
export const timestamp = (description: string, extra: Extra = {}) =>
  column(z.iso.datetime({ local: true }), { sql: "TIMESTAMP", description, ...extra });
/** A month, as the date of its first day. */
export const month = (description = "the month spoken of, first day") =>
  column(
    z.iso.date().refine((day) => day.endsWith("-01"), "is not the first day of a month"),
    { sql: "DATE", description, unit: "month" },
  );
/** A whole number in [least, most]. */
export const count = (description: string, least: number, most: number, extra: Extra = {}) =>
  column(z.int().min(least).max(most), { sql: "INTEGER", description, ...extra });
/** Whole units of the local currency, not negative unless `least` says otherwise. */
export const money = (description: string, least = 0) =>
  column(z.int().min(least).max(1_000_000_000_000), { sql: "BIGINT", description, unit: "lcu" });
/** A measured number in [least, most]. */
export const measure = (description: string, least: number, most: number, extra: Extra = {}) =>
  column(z.number().min(least).max(most), { sql: "DOUBLE", description, ...extra });
/** One of a fixed set of words. */
export const oneOf = <const W extends readonly [string, ...string[]]>(words: W, description: string, extra: Extra = {}) =>
  column(z.enum(words), { sql: `ENUM(${words.map((word) => `'${word}'`).join(", ")})`, description, ...extra });
