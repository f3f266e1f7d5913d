import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { sha256File } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import type { Source, TableSource } from "./source-shapes.ts";

/** A file as a load was made from it. */
export interface FileRead {
  path: string;
  sha256: string;
  bytes: number;
}

/** The files of a table, in the order of their names. A UserError names a pattern that matches nothing. */
export async function filesOf(session: Session, source: Source, table: TableSource): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of [table.files ?? []].flat()) {
    const absolute = resolve(source.directory, pattern);
    const files = await session.rows<{ file: string }>("select file from glob($pattern::varchar) order by file", { pattern: absolute });
    if (files.length === 0)
      throw new UserError("no_files", `${source.file}: ${table.table}: no file matches ${pattern} (looked for ${absolute})`);
    for (const { file } of files) found.add(file);
  }
  return [...found].sort();
}

/** The hash and size of each file, in order. */
export async function readHashes(files: readonly string[]): Promise<FileRead[]> {
  const read: FileRead[] = [];
  for (const path of files) read.push({ path, sha256: await sha256File(path), bytes: (await stat(path)).size });
  return read;
}
