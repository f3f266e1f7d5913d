import type { IsoDate } from "../../src/domain/dates.ts";
import { addCells, type Cell, cellSelect } from "../../src/indicators/cells.ts";
import { createProgramme, sqlText } from "../../src/indicators/programme.ts";
import type { Session } from "../../src/warehouse/session.ts";
import { asOf, household, inRegistry, type World } from "./features.ts";
import type { TestRow } from "./registry.ts";

/** Values of models/parameters/programme.yaml as the tests need them. */
const programmeValues = {
  tsa_spell_gap_days: 92,
  checkup_interval_children_months: 12,
  checkup_interval_adults_months: 24,
  satisfactory_attendance_share: 0.8,
  exit_ready_quarters: 2,
  return_risk_margin_share: 0.1,
  return_risk_lookback_months: 24,
  long_stay_months: 12,
};

export interface Measuring {
  asOf?: IsoDate;
  /** Other values of the programme's parameters. */
  values?: Partial<typeof programmeValues>;
  codes?: readonly string[];
}

/** Works with the tables of the programme over a literal registry. */
export function measured<T>(
  world: World,
  { asOf: day = asOf, values = {}, codes = [] }: Measuring,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const given = Object.entries({ ...programmeValues, ...values }).map(([name, value]) => `('${name}', ${value})`);
  return inRegistry(world, async (session) => {
    await session.script(`insert into reference_parameter values ${given.join(", ")}`);
    const parameters = await createProgramme(session, { asOf: day, snapshot: 100 });
    await addCells(session, parameters, { codes });
    for (const table of ["indicator_place", "spell_time", "recipient_note"])
      await session.run(`create or replace temp table ${table} as ${sqlText("programme", table)}`, parameters);
    return work(session);
  });
}

/** The cells of one indicator, the whole country first. */
export function cellsOf(code: string, world: World, options: Measuring = {}): Promise<(Cell & Record<string, unknown>)[]> {
  return measured(world, { ...options, codes: [code] }, (session) => session.rows(cellSelect));
}

/** Numerator, denominator and what is unknown of an indicator over all households. */
export async function countsOf(code: string, world: World, options: Measuring = {}): Promise<{ x: number; n: number; unknown: number }> {
  const all = (await cellsOf(code, world, options)).find(({ area, group }) => area === "" && group === "all");
  return { x: all?.x ?? 0, n: all?.n ?? 0, unknown: all?.unknown ?? 0 };
}

/** A household of so many members whose persons no register knows. */
export const family = (name: string, members = 1, more: TestRow = {}): TestRow => household(name, { members, children: 0, ...more });

/** A granted spell of TSA. */
export const tsa = (household_id: string, starts_on: string, ends_on: string | null, more: TestRow = {}): TestRow => ({
  household_id,
  application_id: `${household_id} ${starts_on}`,
  kind: "tsa_conditional",
  applied_on: starts_on,
  decision: "granted",
  starts_on,
  ends_on,
  recorded_at: starts_on,
  ...more,
});
/** TSA on the day of the tests, since 2026. */
export const onTsa = (household_id: string): TestRow => tsa(household_id, "2026-01-01", "2026-12-31");
