import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFeatures, type FeatureOptions } from "../../src/features/build.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";
import { openKnown } from "../../src/warehouse/warehouse.ts";
import { createPlainReference, type LegalValue } from "./reference.ts";
import { pseudonym, type TestCoverage, type TestRow, writeRegistry } from "./registry.ts";

/** Every register complete from 2023 to September 2026, everywhere, with no publication lag. */
export const fullCoverage: TestCoverage[] = [
  "person",
  "income",
  "expenditure",
  "account",
  "credit",
  "utility",
  "schooling",
  "health",
  "asset",
  "benefit",
  "employment_measure",
  "life_event",
  "emergency",
  "community_signal",
  "level",
].map((table) => ({ table, from: "2023-01-01", until: "2026-10-01" }));

export type Tables = Record<string, TestRow[]>;
export interface World {
  tables: Tables;
  coverage?: TestCoverage[];
  /** Runs before the features are built, for what literal rows cannot say. */
  prepare?: (session: Session) => Promise<void>;
}

/** The day on which the tests look, unless they say otherwise. */
export const asOf = "2026-10-01";

/** Opens a literal registry for one piece of work, with plain reference tables, and removes it afterwards. */
export async function inRegistry<T>(world: World, work: (session: Session) => Promise<T>, threads = 1): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "aldyn-test-"));
  try {
    const session = await openKnown(await writeRegistry(root, world.tables, world.coverage ?? fullCoverage), { threads });
    try {
      await createPlainReference(session);
      await world.prepare?.(session);
      return await work(session);
    } finally {
      session.close();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The features of a literal registry by the short names of its households. */
export function featuresOf(world: World, options: Partial<FeatureOptions> & { threads?: number } = {}): Promise<Record<string, Row>> {
  const { threads, ...cut } = options;
  return inRegistry(
    world,
    async (session) => {
      await createFeatures(session, { asOf, snapshot: 100, ...cut });
      return byName(world.tables, await session.rows("select * exclude (household_key) from features order by household_id"));
    },
    threads,
  );
}

/** Rows by the short name that the test gave the household. */
export function byName(tables: Tables, rows: Row[]): Record<string, Row> {
  const names = new Map((tables.household ?? []).map((row) => [pseudonym(String(row.household_id)), String(row.household_id)]));
  return Object.fromEntries(rows.map((row) => [names.get(String(row.household_id)) as string, row]));
}

/** A world's `prepare` that moves one legal value. */
export const legally = (name: LegalValue, value: number) => (session: Session) =>
  session.script(`update reference_parameter set value = ${value} where name = '${name}'`);

/** Only the features named, for a short expectation. */
export function only(row: Row | undefined, ...names: string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row?.[name]]));
}

export const household = (household_id: string, more: TestRow = {}): TestRow => ({
  household_id,
  area_code: "101000000",
  formed_on: "2015-01-01",
  recorded_at: "2020-01-01",
  ...more,
});
export const person = (household_id: string, person_id: string, birth_date: string | null, more: TestRow = {}): TestRow => ({
  household_id,
  person_id,
  birth_date,
  recorded_at: "2020-01-01",
  ...more,
});
/** An income row of a month, recorded on the month's last day but one unless the row says otherwise. */
export const income = (household_id: string, month: string, amount_lcu: number, more: TestRow = {}): TestRow => ({
  household_id,
  person_id: null,
  month: `${month}-01`,
  kind: "wage",
  amount_lcu,
  recorded_at: `${month}-27`,
  ...more,
});
/** The months from first to last, as `YYYY-MM`. */
export function months(first: string, last: string): string[] {
  const all: string[] = [];
  let [year, month] = first.split("-").map(Number) as [number, number];
  for (;;) {
    const name = `${year}-${String(month).padStart(2, "0")}`;
    all.push(name);
    if (name === last) return all;
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
}
