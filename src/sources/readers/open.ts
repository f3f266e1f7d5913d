import type { Session } from "../../warehouse/session.ts";
import { formatOf } from "../source-file.ts";
import type { TableSource } from "../source-shapes.ts";
import { csvReader } from "./csv.ts";
import { jsonLinesReader } from "./json-lines.ts";
import { parquetReader } from "./parquet.ts";
import type { Reader } from "./reader.ts";

/** The reader of a table's files, by their format. A library that few formats need is read when it is needed. */
export async function openReader(session: Session, table: TableSource, files: readonly string[]): Promise<Reader> {
  switch (formatOf(table, files)) {
    case "csv":
      return csvReader(files, table.csv);
    case "parquet":
      return parquetReader(session, files);
    case "jsonl":
      return jsonLinesReader(session, files);
    case "arrow":
      return (await import("./arrow.ts")).arrowReader(files);
  }
}
