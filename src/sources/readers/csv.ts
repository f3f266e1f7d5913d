import { UserError } from "../../domain/errors.ts";
import { quoted, type Session } from "../../warehouse/session.ts";
import type { CsvOptions } from "../source-file.ts";
import type { Reader } from "./reader.ts";
import { columnList, readText, type TextLayout, takeRejects } from "./text-lines.ts";

/** Reads CSV files, every value as text. A UserError names a file whose header is not that of the first. */
export async function csvReader(session: Session, files: readonly string[], options: CsvOptions): Promise<Reader> {
  const headers: string[][] = [];
  for (const file of files) headers.push(options.columns ?? (await headerOf(session, file, options)));
  const columns = headers[0] ?? [];
  headers.forEach((header, index) => {
    if (header.join("\n") !== columns.join("\n"))
      throw new UserError(
        "bad_csv",
        `${files[index]}: its columns are ${header.join(", ")}, those of ${files[0]} are ${columns.join(", ")}`,
      );
  });
  const layout: TextLayout = { ...options, columns };
  return {
    columns: new Map(columns.map((name) => [name, "VARCHAR"])),
    async *parts() {
      for (const [index, file] of files.entries())
        yield {
          sql: `select ${index} as _file, row_number() over () as _record, ${columnList(columns)} from ${readText(file, layout)}`,
          parameters: {},
        };
    },
    brokenLines: (reading) => takeRejects(reading, files, options.header),
  };
}

async function headerOf(session: Session, file: string, options: CsvOptions): Promise<string[]> {
  const { delimiter, quote, encoding } = options;
  const rows = await session.rows(
    `select * from read_csv(${quoted(file)}, auto_detect = true, sample_size = 1, header = false, all_varchar = true, delim = ${quoted(delimiter)},
      quote = ${quoted(quote)}, escape = ${quoted(quote)}, encoding = ${quoted(encoding)}, ignore_errors = true) limit 1`,
  );
  const names = Object.values(rows[0] ?? {}).map((name) => String(name ?? "").trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (names.length === 0 || names.includes("")) throw new UserError("bad_csv", `${file}: its header has a column without a name`);
  if (twice !== undefined) throw new UserError("bad_csv", `${file}: its header names ${twice} twice`);
  return names;
}
