import type { Language } from "../domain/languages.ts";
import { cellsOf, exportColumns } from "./export-columns.ts";
import type { List } from "./read-list.ts";

/** A list as CSV (RFC 4180) with a heading; no text in it is a formula for a spreadsheet. */
export function csvText(list: List, language: Language): string {
  const columns = exportColumns.map((column) => cellsOf(list, column, language));
  const rows = list.entries.map((_, row) => columns.map((cells) => field(cells[row] ?? null)).join(","));
  return `${[exportColumns.map(({ name }) => name).join(","), ...rows].join("\r\n")}\r\n`;
}

function field(cell: string | number | null): string {
  if (cell === null) return "";
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
