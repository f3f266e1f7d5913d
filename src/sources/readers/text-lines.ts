import { identifier, quoted, type Session } from "../../warehouse/session.ts";
import type { BrokenLine } from "./reader.ts";

/** How to cut a text file into columns of text; nothing is guessed. */
export interface TextLayout {
  delimiter: string;
  quote: string;
  header: boolean;
  encoding: string;
  columns: readonly string[];
}

/** SQL that reads a text file; lines that do not fit are set aside in DuckDB's reject tables. */
export function readText(file: string, layout: TextLayout): string {
  const columns = layout.columns.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
  return `read_csv(${quoted(file)}, auto_detect = false, header = ${layout.header}, delim = ${quoted(layout.delimiter)},
    quote = ${quoted(layout.quote)}, escape = ${quoted(layout.quote)}, encoding = ${quoted(layout.encoding)}, columns = {${columns}},
    max_line_size = 16777216, store_rejects = true)`;
}

const faults: Record<string, string> = {
  "MISSING COLUMNS": "the line has too few columns",
  "TOO MANY COLUMNS": "the line has too many columns",
  "UNQUOTED VALUE": "a quote is not closed, or stands inside a value",
  "INVALID ENCODING": "the line is not valid text in the source's encoding",
  "LINE SIZE OVER MAXIMUM": "the line is longer than 16 MB",
};

/** Takes the lines set aside out of the reject tables; their content is not read, and dropped. */
export async function takeRejects(session: Session, files: readonly string[], hasHeader: boolean): Promise<BrokenLine[]> {
  const tables = await session.rows("select table_name from duckdb_tables() where table_name in ('reject_errors', 'reject_scans')");
  if (tables.length === 0) return [];
  const rejects = await session.rows<{ path: string; line: number; swallowed: number; error: string; column: string | null }>(`
    select s.file_path as path, e.line::integer as line, min(e.error_type::varchar) as error, min(e.column_name) as "column",
      max(length(e.csv_line) - length(replace(e.csv_line, chr(10), '')))::integer as swallowed
    from reject_errors as e
    join reject_scans as s on s.scan_id = e.scan_id and s.file_id = e.file_id
    group by s.file_path, e.line
    order by path, line`);
  await session.script("drop table reject_errors; drop table reject_scans");
  let path: string | undefined;
  let linesBefore = 0;
  return rejects.map((reject) => {
    if (reject.path !== path) linesBefore = hasHeader ? 1 : 0;
    path = reject.path;
    const recordsBefore = reject.line - 1 - linesBefore;
    linesBefore += 1 + (reject.swallowed ?? 0);
    return {
      file: files.indexOf(reject.path),
      line: reject.line,
      column: reject.error === "MISSING COLUMNS" || reject.error === "INVALID ENCODING" ? reject.column : null,
      fault: (faults[reject.error] ?? `cannot be read (${reject.error.toLowerCase()})`) + swallows(reject.swallowed),
      recordsBefore,
    };
  });
}

function swallows(lines: number): string {
  return lines > 0 ? `; it swallows ${lines} more ${lines === 1 ? "line" : "lines"}` : "";
}

/** A list of columns as SQL. */
export function columnList(columns: Iterable<string>): string {
  return [...columns].map(identifier).join(", ");
}
