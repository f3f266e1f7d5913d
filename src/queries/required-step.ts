import type { Session } from "../warehouse/session.ts";
import { NotFound } from "./access.ts";

/** Refuses a run that lacks what a step leaves, as one made by an earlier version does: the words name the step and what to do. */
export async function requirePublished(session: Session, table: string, step: string): Promise<void> {
  const [found] = await session.rows("select 1 from duckdb_tables() where table_name = $table", { table });
  if (found !== undefined) return;
  throw new NotFound(
    `the run that is shown has no step "${step}": it was made by an earlier version. Make a new one, which has it: npx aldyn run nightly --as-of YYYY-MM-DD`,
  );
}
