import { existsSync, readFileSync } from "node:fs";
import { registryDdl } from "../contract/ddl.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { DataDirectory } from "./data-directory.ts";
import { type OpenOptions, openDatabase } from "./database.ts";
import type { Session } from "./session.ts";

/** Buckets of households, by the first six bits of their pseudonym; always so many, however the work is shared out. */
export const bucketCount = 64;
/** A household's key is `bucket * keysPerBucket + number`, so that a bucket is a range of keys. */
export const keysPerBucket = 2 ** 25;

/** Creates what is missing of the warehouse's tables. */
export async function createWarehouse(session: Session): Promise<void> {
  for (const statement of registryDdl()) await session.run(statement);
  await session.script(readFileSync(projectFile("src/warehouse/schema.sql"), "utf8"));
}

/** The warehouse for writing, its tables created; waits for readers and writers to end. */
export async function openWarehouseToWrite(data: DataDirectory, options: Omit<OpenOptions, "mode"> = {}): Promise<Session> {
  const session = await openDatabase(data.warehouse, { ...options, mode: "write" });
  await createWarehouse(session);
  return session;
}

/** The warehouse for reading, with the `known_*` macros of sql/known.sql. */
export async function openKnown(data: DataDirectory, options: Omit<OpenOptions, "mode"> = {}): Promise<Session> {
  if (!existsSync(data.warehouse))
    throw new UserError(
      "no_warehouse",
      `${data.warehouse} does not exist; load data first: npx aldyn ingest --source FILE.yaml --data ${data.root}`,
    );
  const session = await openDatabase(data.warehouse, { ...options, mode: "read" });
  await createKnownMacros(session);
  return session;
}

/** Creates the macros that cut time; everything that features read goes through them. */
export async function createKnownMacros(session: Session): Promise<void> {
  await session.script(readFileSync(projectFile("sql/known.sql"), "utf8"));
}
