import Postgrator from "postgrator";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";

/** Runs a text of one or more statements without parameters; gives the rows of the last. */
export type Script = (sql: string) => Promise<{ rows: Record<string, unknown>[] }>;

/** Brings the store's tables up to the migrations of sql/store, in one transaction, one opener at a time; the others then find it done. */
export async function migrate(script: Script): Promise<void> {
  const postgrator = new Postgrator({
    driver: "pg",
    schemaTable: "migration",
    // A path may hold signs that mean something in patterns.
    migrationPattern: projectFile("sql/store/")
      .replaceAll(/[?*()[\]{}]/g, "[$&]")
      .concat("*.sql"),
    execQuery: script,
  });
  await script("begin");
  try {
    await script("select pg_advisory_xact_lock(hashtext('aldyn migrations'))");
    const newest = await postgrator.getMaxVersion();
    const found = await postgrator.getDatabaseVersion();
    if (!(newest > 0)) throw new Error("no migrations were found in sql/store");
    if (found > newest)
      throw new UserError(
        "newer_store",
        `the store was made by a later version of Aldyn (${found}, this one knows ${newest}); use that version`,
      );
    await postgrator.migrate();
    await script("commit");
  } catch (error) {
    await script("rollback").catch(() => undefined);
    throw error;
  }
}
