import { open } from "node:fs/promises";
import { UserError } from "../../domain/errors.ts";
import type { CsvOptions } from "../source-shapes.ts";
import type { Reader } from "./reader.ts";
import { columnList, readText, type TextLayout, takeRejects } from "./text-lines.ts";

/** Reads CSV files, every value as text. A UserError names a file whose header is not that of the first. */
export async function csvReader(files: readonly string[], options: CsvOptions): Promise<Reader> {
  const headers: string[][] = [];
  for (const file of files) headers.push(options.columns ?? (await headerOf(file, options)));
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

/** The column names in a file's first line. */
async function headerOf(file: string, options: CsvOptions): Promise<string[]> {
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0).finally(() => handle.close());
  const encodings = { "utf-8": "utf-8", "utf-16": "utf-16le", "latin-1": "latin1" };
  const text = new TextDecoder(encodings[options.encoding]).decode(buffer.subarray(0, bytesRead));
  const names = firstRecord(text, options).map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (names.includes("")) throw new UserError("bad_csv", `${file}: its header has a column without a name`);
  if (twice !== undefined) throw new UserError("bad_csv", `${file}: its header names ${twice} twice`);
  return names;
}

function firstRecord(text: string, { delimiter, quote }: CsvOptions): string[] {
  const values: string[] = [];
  let value = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === quote && isQuoted && text[at + 1] === quote) value += text[++at];
    else if (letter === quote) isQuoted = !isQuoted;
    else if (isQuoted) value += letter;
    else if (letter === "\n" || letter === "\r") break;
    else if (letter === delimiter) {
      values.push(value);
      value = "";
    } else value += letter;
  }
  return [...values, value];
}
