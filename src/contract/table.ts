import { z } from "zod";
import { bare, type ColumnSchema, meaningOf, text, timestamp } from "./column.ts";

/** One table of the registry contract. `key` is its natural key: a later row of the same key supersedes the earlier one. */
export interface ContractTable {
  name: string;
  /** What one row is. */
  grain: string;
  key: readonly string[];
  columns: Readonly<Record<string, ColumnSchema>>;
  /** Pairs of date columns that must not run backwards, where both are known. */
  ordered: ReadonlyArray<readonly [string, string]>;
  /** Groups of columns of which at least one must be known. */
  oneKnown: ReadonlyArray<readonly string[]>;
  /** Features see its rows only with consent of this scope by every adult. */
  consent?: "bank" | "expenditure";
  /** The month or date column that coverage speaks of; absent for tables of states and documents. */
  period?: string;
  /** A whole row as zod sees it: types, checks across columns. */
  row: z.ZodType<Record<string, unknown>>;
}

const everyRow = {
  recorded_at: timestamp("when the register knew it, local time"),
  source: text("the register that says it"),
} as const;

type Definition = Pick<ContractTable, "name" | "grain" | "key" | "columns"> &
  Partial<Pick<ContractTable, "ordered" | "oneKnown" | "consent" | "period">>;

/** Completes a table's definition with the columns that every row carries and its row type. */
export function table(definition: Definition): ContractTable {
  const columns = { ...definition.columns, ...everyRow };
  const ordered = definition.ordered ?? [];
  const oneKnown = definition.oneKnown ?? [];
  const row = z.strictObject(columns).superRefine((value: Record<string, unknown>, context) => {
    for (const [from, to] of ordered) {
      const [start, end] = [value[from], value[to]];
      if (typeof start === "string" && typeof end === "string" && end < start)
        context.addIssue({ code: "custom", path: [to], message: `is before ${from}` });
    }
    for (const group of oneKnown) {
      if (group.every((name) => value[name] === null))
        context.addIssue({ code: "custom", message: `none of ${group.join(", ")} is known` });
    }
  });
  return { ...definition, columns, ordered, oneKnown, row };
}

/** The column's name in the warehouse: identifiers are kept as integer keys. */
export function storedName(name: string, schema: ColumnSchema): string {
  return meaningOf(schema).identifier === undefined ? name : name.replace(/_id$/, "_key");
}

/** Whether the column may be unknown. */
export function isNullable(schema: ColumnSchema): boolean {
  return schema !== bare(schema);
}
