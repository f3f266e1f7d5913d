import { identifier, quoted, type Session } from "../../warehouse/session.ts";
import type { Reader } from "./reader.ts";
import { readText, type TextLayout, takeRejects } from "./text-lines.ts";

/** A whole line as one column: the delimiter is a character that JSON forbids in a line. */
const layout: TextLayout = { delimiter: "\u001f", quote: "", header: false, encoding: "utf-8", columns: ["line"] };

/** Reads JSON lines, an object each; every value as text. Columns are the names of all objects. */
export async function jsonLinesReader(session: Session, files: readonly string[]): Promise<Reader> {
  const names = new Set<string>();
  for (const file of files) {
    const found = await session.rows<{ name: string }>(
      `select distinct unnest(json_keys(object)) as name from ${numbered(file)} where json_type(object) = 'OBJECT' order by name`,
    );
    for (const { name } of found) names.add(name);
  }
  await takeRejects(session, files, false);
  const columns = [...names].map((name) => `object ->> ${quoted(`$."${name.replaceAll('"', '\\"')}"`)} as ${identifier(name)}`).join(", ");
  return {
    columns: new Map([...names].map((name) => [name, "VARCHAR"])),
    async *parts() {
      for (const [index, file] of files.entries())
        yield {
          sql: `select ${index} as _file, _record, ${columns} from ${numbered(file)} where json_type(object) = 'OBJECT'`,
          parameters: {},
        };
    },
    async brokenLines(reading) {
      const broken = await takeRejects(reading, files, false);
      const skipped = broken.map(({ file, recordsBefore }) => ({ file, before: recordsBefore ?? 0 }));
      for (const [file, path] of files.entries()) {
        const lines = await reading.rows<{ record: number }>(
          `select _record as record from ${numbered(path)} where line is not null and coalesce(json_type(object), '') <> 'OBJECT' order by _record`,
        );
        for (const { record } of lines) {
          const line = record + skipped.filter((each) => each.file === file && each.before < record).length;
          broken.push({ file, line, column: null, fault: "the line is not a JSON object", recordsBefore: null });
        }
      }
      await takeRejects(reading, files, false);
      return broken;
    },
  };
}

/** Lines with their numbers; what is no JSON is NULL, never an error, which would quote the line. */
function numbered(file: string): string {
  return `(select row_number() over () as _record, line, try_cast(line as json) as object from ${readText(file, layout)})`;
}
