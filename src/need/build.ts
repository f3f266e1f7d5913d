import { readFileSync } from "node:fs";
import type { IsoDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import { type Cut, clockParameters } from "../features/clock.ts";
import { createContextTable, createMacros } from "../features/context.ts";
import { type HouseholdFilter, ofHouseholds } from "../features/of-households.ts";
import { requireLines } from "../features/required-lines.ts";
import type { Deployment } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { createStandards } from "./standards.ts";

/** Files of sql/need in order of making; each leaves a temp table `need_<name>`, the last one `need`. */
const parts = [
  "person",
  "composition",
  "income_source",
  "income",
  "unit",
  "standard_price",
  "standard",
  "consent",
  "expenditure",
  "account",
  "debt",
  "category",
] as const;

const needSql = (name: string) => readFileSync(projectFile(`sql/need/${name}.sql`), "utf8");

const contextTables = ["coverage_clock", "coverage_window", "coverage_quarter", "cohort", "quarter_line"] as const;

/**
 * Leaves a temp table `need`: one row per household that lives on the day. Needs the reference tables of `createReferenceTables`; with `only`,
 * everything is made of those households alone.
 */
export async function createNeed(session: Session, deployment: Deployment, cut: Cut, only: HouseholdFilter = {}): Promise<void> {
  const parameters = await needParameters(session, deployment, cut);
  await ofHouseholds(session, only, () => createNeedTables(session, parameters));
}

/** Creates what does not depend on the households, and returns the parameters of the selects. */
export async function needParameters(session: Session, deployment: Deployment, cut: Cut): Promise<Parameters> {
  const parameters = await clockParameters(session, cut);
  await createMacros(session);
  await session.script(needSql("macros"));
  await createStandards(session, deployment, parameters.q0 as IsoDate);
  return parameters;
}

/** The context and the tables of need, of the households that the session shows. */
export async function createNeedTables(session: Session, parameters: Parameters): Promise<void> {
  for (const table of contextTables) await createContextTable(session, table, parameters);
  await requireLines(session, { households: "cohort", lines: "quarter_line", quarter: parameters.q0 as IsoDate });
  for (const part of parts) await session.run(`create or replace temp table need_${part} as ${needSql(part)}`, parameters);
  await session.run(`create or replace temp table need as ${needSql("need")}`, parameters);
}
