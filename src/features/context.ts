import { readFileSync } from "node:fs";
import type { IsoDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { requireLines } from "./required-lines.ts";

/** What every family may read beside the known macros, in order of making. The reference tables must stand in the session. */
export const contextTables = [
  "coverage_clock",
  "coverage_window",
  "coverage_quarter",
  "coverage_school_month",
  "cohort",
  "quarter_line",
  "district_context",
] as const;
export type ContextTable = (typeof contextTables)[number];

/** Creates the context of a cut over all households: who lives, what is covered, the lines, and what is known of each district. */
export async function createContext(session: Session, parameters: Parameters): Promise<void> {
  await createMacros(session);
  for (const table of contextTables) await createContextTable(session, table, parameters);
  const q0 = parameters.q0 as IsoDate;
  await requireLines(session, { households: "cohort", lines: "quarter_line", quarter: q0 });
}

/** Creates the macros that the selects share. */
export async function createMacros(session: Session): Promise<void> {
  await session.script(contextSql("macros"));
}

/** Creates one table of the context, again when it stands. */
export async function createContextTable(session: Session, table: ContextTable, parameters: Parameters): Promise<void> {
  await session.run(`create or replace temp table ${table} as ${contextSql(table)}`, parameters);
}

/** The text of one file of sql/context. */
export function contextSql(name: string): string {
  return readFileSync(projectFile(`sql/context/${name}.sql`), "utf8");
}
