import { z } from "zod";
import { contractTables } from "../contract/tables.ts";
import { Sentences } from "../domain/languages.ts";
import { HttpServer, HttpTable, PostgresServer, PostgresTable } from "./pull/shapes.ts";
import { units } from "./units.ts";

const Expression = z.string().min(1);
const ColumnMapping = z.union([
  Expression,
  z.strictObject({ from: Expression, values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }),
  z.strictObject({ from: Expression, unit: z.enum(units) }),
]);
/** How a contract column comes from a source: an SQL expression, alone or with a value map or a unit. */
export type ColumnMapping = z.infer<typeof ColumnMapping>;

const Coverage = z.strictObject({
  areas: z
    .union([z.literal("all"), z.array(z.string().regex(/^\d{1,9}$/, "is not the beginning of a KATO code"))])
    .default("all")
    .describe("where: `all`, or a list of KATO codes or their leading digits, in quotes"),
  names: z
    .array(z.string())
    .optional()
    .describe("of observations: which names; when absent, all that the table's `observations` and `unpivot` name"),
  from: z.string().describe("first month, as the date of its first day"),
  until: z.string().describe("first month no longer covered, as the date of its first day"),
  complete_through: z
    .string()
    .optional()
    .describe(
      "the last day that the delivery speaks of; months that end after it are not complete yet. When absent, the day before `until`",
    ),
  publication_lag_days: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe("days after a month's end until all its rows are recorded; a run counts a month as complete only after them"),
  by_row: z
    .boolean()
    .default(false)
    .describe("a survey: a household was observed in a month only if it has a row of its own there; a missing row is unknown"),
});
export type CoverageClaim = z.infer<typeof Coverage>;

const Recipe = z.strictObject({
  recipe: z
    .enum(["latest", "change", "mean", "months_since"])
    .describe(
      "newest value of the window; that less the newest of the window before; mean of the window; full months since the last value other than 0",
    ),
  window_months: z.int().min(1).max(120).optional().describe("months that it looks back; 12 when absent"),
  unit: z.string().min(1).describe("the unit, as a reader is told it"),
  direction: z.enum(["+", "-", "free"]).describe("more of it may only raise the risk, only lower it, or either"),
  sentences: Sentences.optional().describe(
    "the reason in `kk`, `ru` and `en`, with `{value, number}` in it; when absent, the name and the value",
  ),
});
export type ObservationRecipe = z.infer<typeof Recipe>;

const CsvOptions = z.strictObject({
  delimiter: z.string().length(1).default(",").describe("one character between values"),
  quote: z.string().length(1).default('"').describe("one character around values; doubled, it stands for itself"),
  header: z.boolean().default(true).describe("whether the first line names the columns"),
  columns: z
    .array(z.string().min(1))
    .optional()
    .describe("the columns' names in order; needed when there is no header, and in its place when there is"),
  encoding: z.enum(["utf-8", "utf-16", "latin-1"]).default("utf-8").describe("of the text"),
});
export type CsvOptions = z.infer<typeof CsvOptions>;

/** The formats that files may be in. */
export const formats = ["csv", "parquet", "jsonl", "arrow"] as const;

const TableSource = z.strictObject({
  table: z
    .enum(contractTables.map((table) => table.name))
    .describe("the table of the contract that is filled; see [the data dictionary](data-dictionary.md)"),
  files: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      "a path or several, relative to this file; `*` and `?` stand for letters, `**` for directories. All of one format and with the same columns. A table needs `files`, `postgres` or `http`",
    ),
  postgres: PostgresTable.optional().describe(
    "in place of files: what is pulled from the source's PostgreSQL; see [PostgreSQL](#postgresql)",
  ),
  http: HttpTable.optional().describe("in place of files: what is pulled from the source's HTTP server; see [HTTP](#http)"),
  format: z.enum(formats).optional().describe("when absent, by the ending: .csv, .tsv, .parquet, .jsonl, .ndjson, .arrow, .arrows"),
  mode: z.enum(["append", "changes", "snapshot"]).default("changes").describe("what a delivery is; see [Modes](#modes)"),
  csv: CsvOptions.default(CsvOptions.parse({})).describe("how CSV is cut; nothing is guessed"),
  columns: z
    .record(z.string(), ColumnMapping)
    .default({})
    .describe(
      "for each column of the contract where it comes from; see [Columns](#columns). One that the file has under the same name needs no entry",
    ),
  unpivot: z
    .strictObject({
      columns: z.record(z.string().min(1), Expression).describe("an expression for each name; NULL makes no row"),
      observed_on: Expression.describe("the date that the row's values speak of"),
    })
    .optional()
    .describe("observation only: a wide file, each of whose rows holds many named values"),
  recorded_at: Expression.optional().describe(
    "when the register knew the row: an expression, or one date for all (a snapshot needs that). When absent, the column `recorded_at`",
  ),
  covers: z
    .array(Coverage)
    .default([])
    .describe("for what months and places the delivery is complete; see [Coverage](#coverage-0-or-unknown)"),
  observations: z
    .record(z.string().min(1), z.union([Recipe, z.array(Recipe).min(1)]))
    .default({})
    .describe("observation only: for each name, one recipe or several by which it becomes features; see [Observations](#observations)"),
});
/** What fills a contract table, and how. */
export type TableSource = z.infer<typeof TableSource>;

/** A source as its YAML says it. */
export const SourceFile = z.strictObject({
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, "name it in lower case letters, digits, - and _")
    .describe(
      "its name, in lower case letters, digits, `-` and `_`; stands beside every row, and must stay the same from delivery to delivery",
    ),
  synthetic: z.boolean().default(false).describe("made-up people; their rows may lie in the future"),
  pseudonymous: z
    .boolean()
    .default(false)
    .describe("the numbers name nobody already, so no key is needed; individual numbers are found out and refused"),
  key: z
    .literal("demo")
    .optional()
    .describe("the public demonstration key in the place of `ALDYN_PSEUDONYM_KEY`; for synthetic sources only"),
  max_bad_share: z.number().min(0).max(1).default(0.05).describe("a table of which a greater share of rows is bad is not loaded at all"),
  postgres: PostgresServer.optional().describe("the PostgreSQL server that its tables are pulled from"),
  http: HttpServer.optional().describe("the HTTP server that its tables are pulled from"),
  tables: z.array(TableSource).min(1).describe("what is loaded; always in the contract's order, each by itself"),
});

/** The objects that a source's YAML is made of, with a description of every key. */
export const sourceShapes = {
  source: SourceFile,
  table: TableSource,
  csv: CsvOptions,
  coverage: Coverage,
  observation: Recipe,
  postgres: PostgresServer,
  "postgres table": PostgresTable,
  http: HttpServer,
  "http table": HttpTable,
};

/** A source's definition; `file` is where it stands, and its paths are relative to `directory`. */
export type Source = z.infer<typeof SourceFile> & { file: string; directory: string };
