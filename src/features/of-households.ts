import { contractTables } from "../contract/tables.ts";
import { identifier, type Session } from "../warehouse/session.ts";

/** Which households a build is made of; all of them where nothing is given. */
export interface HouseholdFilter {
  /** Keys in [keysFrom, keysUntil). */
  keysFrom?: number;
  keysUntil?: number;
  /** A relation with their household_key. */
  households?: string;
}

/** Runs `work` with every table of households cut to those asked for: temp views stand before the tables of the warehouse. */
export async function ofHouseholds(
  session: Session,
  { keysFrom, keysUntil, households }: HouseholdFilter,
  work: () => Promise<void>,
): Promise<void> {
  const wanted = [
    ...(keysFrom === undefined ? [] : [`household_key >= ${keysFrom}`]),
    ...(keysUntil === undefined ? [] : [`household_key < ${keysUntil}`]),
    ...(households === undefined ? [] : [`household_key in (select household_key from ${identifier(households)})`]),
  ];
  if (wanted.length === 0) return work();
  const database = await session.value<string>("select current_database()");
  const tables = contractTables.filter(
    (table) => "household_id" in table.columns && !("person_id" in table.columns && table.name === "observation"),
  );
  try {
    for (const { name } of tables)
      await session.run(
        `create or replace temp view ${name} as select * from ${identifier(database)}.main.${name} where ${wanted.join(" and ")}`,
      );
    await work();
  } finally {
    for (const { name } of tables) await session.run(`drop view if exists temp.${name}`);
  }
}
