import { Float64, Int32, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import type { Language } from "../domain/languages.ts";
import { cellsOf, exportColumns, metadataOf } from "./export-columns.ts";
import type { List } from "./read-list.ts";

const types = { text: () => new Utf8(), whole: () => new Int32(), number: () => new Float64() };

/** A list as Arrow IPC, its purpose in the schema's metadata. */
export function arrowTable(list: List, language: Language, form: "file" | "stream"): Uint8Array {
  const columns = exportColumns.map((column) => [column.name, vectorFromArray(cellsOf(list, column, language), types[column.type]())]);
  const table = new Table(Object.fromEntries(columns));
  for (const [key, value] of Object.entries(metadataOf(list))) table.schema.metadata.set(key, value);
  return tableToIPC(table, form);
}
