import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Language } from "../domain/languages.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { arrowTable } from "./arrow-table.ts";
import { cellsOf, type ExportFormat, exportColumns, metadataOf } from "./export-columns.ts";
import type { List } from "./read-list.ts";
import { writeWorkbook } from "./workbook.ts";

/** Writes a list to a file, whole or not at all. Every format carries the purpose. */
export async function exportList(list: List, format: ExportFormat, file: string, language: Language): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  await writers[format](list, partial, language);
  renameSync(partial, file);
}

const writers: Readonly<Record<ExportFormat, (list: List, file: string, language: Language) => Promise<void>>> = {
  json: async (list, file) => writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`),
  arrow: async (list, file, language) => writeFileSync(file, arrowTable(list, language, "file")),
  xlsx: writeWorkbook,
  csv: (list, file, language) =>
    withRows(list, language, async (session) => {
      await session.run(`copy (select * from listed order by rank) to ${quoted(file)} (format csv, header true)`);
    }),
  parquet: (list, file, language) =>
    withRows(list, language, async (session) => {
      const metadata = Object.entries(metadataOf(list)).map(([key, value]) => `${key}: ${quoted(value)}`);
      await session.run(
        `copy (select * from listed order by rank) to ${quoted(file)} (format parquet, compression zstd, kv_metadata {${metadata.join(", ")}})`,
      );
    }),
};

async function withRows(list: List, language: Language, write: (session: Session) => Promise<void>): Promise<void> {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const columns = exportColumns.map((column) => {
      const cells = cellsOf(list, column, language);
      return [
        column.name,
        column.type === "text" ? (cells as (string | null)[]) : Float64Array.from(cells, (cell) => Number(cell ?? Number.NaN)),
      ];
    });
    await session.createTable("cells", Object.fromEntries(columns));
    const select = exportColumns.map(
      ({ name, type }) => `${identifier(name)}${type === "whole" ? "::integer" : ""} as ${identifier(name)}`,
    );
    await session.script(`create temp table listed as select ${select.join(", ")} from cells`);
    await write(session);
  } finally {
    session.close();
  }
}
