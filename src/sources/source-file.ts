import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { forbiddenTrait } from "../contract/forbidden-names.ts";
import { contractTables } from "../contract/tables.ts";
import { parseDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { checkOrigin } from "./pull/check-origin.ts";
import { formats, type Source, SourceFile, type TableSource } from "./source-shapes.ts";

/** Reads a source's YAML, or the `sources.yaml` of a directory. A UserError names what is wrong, its place, and the nearest right word. */
export function readSource(path: string): Source {
  const named = resolve(path);
  const file = existsSync(named) && statSync(named).isDirectory() ? join(named, "sources.yaml") : named;
  if (!existsSync(file))
    throw new UserError("no_source", `${file} does not exist; --source takes a source's YAML file, or a directory that has sources.yaml`, {
      exitCode: 2,
    });
  const source = { ...readYaml(file, SourceFile), file, directory: dirname(file) };
  source.tables.forEach((table, index) => {
    const place = `${file}: tables.${index} (${table.table})`;
    checkOrigin(source, table, place);
    checkTable(table, place);
  });
  return source;
}

function checkTable(table: TableSource, place: string): void {
  const contract = contractTables.find((each) => each.name === table.table);
  const names = Object.keys(contract?.columns ?? {});
  const fail = (message: string) => {
    throw new UserError("bad_source", `${place}: ${message}`);
  };
  for (const column of Object.keys(table.columns))
    if (!names.includes(column)) fail(`columns.${column} is not a column of ${table.table}${didYouMean(column, names)}`);
  if (table.table !== "observation" && (table.unpivot !== undefined || Object.keys(table.observations).length > 0))
    fail("unpivot and observations belong to the table observation only");
  for (const name of [...Object.keys(table.observations), ...Object.keys(table.unpivot?.columns ?? {})]) {
    const trait = forbiddenTrait(name);
    if (trait !== undefined)
      fail(
        `the observation "${name}" speaks of ${trait}, which no feature may depend on; leave it out, or rename it if it means another thing`,
      );
  }
  if (table.csv.header === false && table.csv.columns === undefined) fail("csv.columns must name the columns when there is no header");
  if (table.mode === "snapshot" && !isConstantDate(table.recorded_at))
    fail("a snapshot needs recorded_at: the day it was taken, for example 2026-10-01");
  for (const claim of table.covers) {
    for (const [key, value] of Object.entries({ from: claim.from, until: claim.until }))
      if (!parseDate(value, `${place}: covers.${key}`).endsWith("-01")) fail(`covers.${key}: ${value} is not the first day of a month`);
    if (claim.complete_through !== undefined) parseDate(claim.complete_through, `${place}: covers.complete_through`);
    if (claim.until <= claim.from) fail(`covers: until ${claim.until} must come after from ${claim.from}`);
  }
}

/** What a table is read from, in words. */
export function originOf({ files, postgres, http }: TableSource): string {
  if (postgres !== undefined) return `postgres ${postgres.table ?? "query"}`;
  return http === undefined ? [files ?? []].flat().join(", ") : `http ${http.path}`;
}

/** Whether `recorded_at` is a date or timestamp rather than an expression. */
export function isConstantDate(recordedAt: string | undefined): recordedAt is string {
  return recordedAt !== undefined && /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(recordedAt);
}

/** The format that a table's files are in: as said, or by their ending. */
export function formatOf(table: TableSource, files: readonly string[]): (typeof formats)[number] {
  if (table.format !== undefined) return table.format;
  const endings: Record<string, (typeof formats)[number]> = {
    csv: "csv",
    tsv: "csv",
    parquet: "parquet",
    jsonl: "jsonl",
    ndjson: "jsonl",
    arrow: "arrow",
    arrows: "arrow",
  };
  const name = basename(files[0] ?? "");
  const format = endings[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
  if (format === undefined) throw new UserError("bad_source", `${name}: its ending says no format; add format: ${formats.join(", ")}`);
  return format;
}
