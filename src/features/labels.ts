import { readFileSync } from "node:fs";
import { addDays, addMonths, type IsoDate, quarterStart, referenceQuarter } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { type Cut, clockParameters, publicationLags } from "./clock.ts";
import { createContextTable, createMacros } from "./context.ts";
import { requireLines } from "./required-lines.ts";

export const labelNames = [
  "hardship_entry_6m",
  "poverty_entry_6m",
  "line_entry_4q",
  "level_fall_6m",
  "tsa_return_12m",
  "tsa_long_stay_12m",
] as const;
export type LabelName = (typeof labelNames)[number];

/** The register that a label waits for, and the days it speaks of. */
interface LabelWindow {
  register: "income" | "level" | "benefit";
  /** First day past the horizon. */
  horizonUntil: IsoDate;
  /** Quarters [from, until) that an income label looks at. */
  quarters: readonly [IsoDate, IsoDate];
}

/** What a label looks at from a day on, `incomeLag` days being income's publication lag. */
export function labelWindow(label: LabelName, asOf: IsoDate, incomeLag: number): LabelWindow {
  const within6Months = [quarterStart(asOf), addMonths(quarterStart(addMonths(asOf, 3)), 3)] as const;
  const yearLater = addMonths(referenceQuarter(asOf, incomeLag), 12);
  switch (label) {
    case "hardship_entry_6m":
    case "poverty_entry_6m":
      return { register: "income", horizonUntil: addMonths(asOf, 6), quarters: within6Months };
    case "line_entry_4q":
      return { register: "income", horizonUntil: addMonths(yearLater, 3), quarters: [yearLater, addMonths(yearLater, 3)] };
    case "level_fall_6m":
      return { register: "level", horizonUntil: addMonths(asOf, 6), quarters: within6Months };
    case "tsa_return_12m":
    case "tsa_long_stay_12m":
      return { register: "benefit", horizonUntil: addMonths(asOf, 12), quarters: within6Months };
  }
}

const laterTables = ["coverage_clock", "coverage_window", "coverage_quarter", "cohort", "quarter_line"] as const;

/**
 * Leaves a temp table `labels`: one row per household of the label's cohort with household_id, label (NULL = unknown) and label_known_on, the
 * end of the horizon plus the register's publication lag. Returns that day. Needs the reference tables of `createReferenceTables`.
 */
export async function createLabels(session: Session, options: Cut & { label: LabelName }): Promise<IsoDate> {
  const { label, asOf, snapshot } = options;
  const lags = await publicationLags(session, snapshot);
  const window = labelWindow(label, asOf, lags.get("income") ?? 0);
  const labelAsOf = addDays(window.horizonUntil, lags.get(window.register) ?? 0);
  await createMacros(session);
  const later = await clockParameters(session, { asOf: labelAsOf, snapshot });
  for (const table of laterTables) {
    await createContextTable(session, table, later);
    await session.run(`create or replace temp table later_${table} as from ${table}`);
  }
  const now = await clockParameters(session, { asOf, snapshot });
  for (const table of laterTables) await createContextTable(session, table, now);
  if (window.register === "income") await requireLabelLines(session, now.q0 as IsoDate, window.quarters);
  await session.script(labelSql("line_entry"));
  const parameters: Parameters = {
    ...now,
    label_as_of: labelAsOf,
    horizon_until: window.horizonUntil,
    from_quarter: window.quarters[0],
    until_quarter: window.quarters[1],
  };
  await session.run(`create or replace temp table labels as ${labelSql(label)}`, parameters);
  return labelAsOf;
}

/** The reference quarter has its line, and so has every quarter ahead in which income is observed. */
async function requireLabelLines(session: Session, q0: IsoDate, [from, until]: LabelWindow["quarters"]): Promise<void> {
  await requireLines(session, { households: "cohort", lines: "quarter_line", quarter: q0 });
  for (let quarter = from; quarter < until; quarter = addMonths(quarter, 3)) {
    const observed = `(select h.region_code from later_cohort as h
      semi join later_coverage_quarter as c on c.area_code = h.area_code and c.quarter = date '${quarter}')`;
    await requireLines(session, { households: observed, lines: "later_quarter_line", quarter });
  }
}

function labelSql(name: string): string {
  return readFileSync(projectFile(`sql/labels/${name}.sql`), "utf8");
}
