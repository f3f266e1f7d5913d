import { meaningOf } from "../contract/column.ts";
import type { ContractTable } from "../contract/table.ts";
import { contractTables } from "../contract/tables.ts";
import { quoted, type Session } from "../warehouse/session.ts";

/**
 * Creates the macro `registry_row(as_of, snapshot)`: every row of every table that is known then, as table_name, source, household_key (of the row
 * or its person), area_code (of rows that speak of a place alone), recorded_at and period. It says that rows are there, never what they hold.
 */
export async function createRegistryRows(session: Session): Promise<void> {
  await session.script(
    `create or replace temp macro registry_row(as_of, snapshot) as table ${contractTables.map(rowsOf).join("\nunion all\n")}`,
  );
}

function rowsOf(table: ContractTable): string {
  const has = (column: string) => column in table.columns;
  const household = has("household_id") ? "r.household_key" : has("person_id") ? "p.household_key" : "null::integer";
  const both = has("household_id") && has("person_id") && table.name !== "person";
  const joins =
    has("person_id") && table.name !== "person" ? "left join known('person', as_of, snapshot) as p on p.person_key = r.person_key" : "";
  const area =
    has("area_code") && table.name !== "household"
      ? has("household_id")
        ? "case when r.household_key is null then r.area_code end"
        : "r.area_code"
      : "null";
  return `select ${quoted(table.name)} as table_name, r.source, ${both ? "coalesce(r.household_key, p.household_key)" : household} as household_key,
    ${area}::varchar as area_code, r.recorded_at, ${table.period === undefined ? "null" : `r.${table.period}`}::date as period
    from known(${quoted(table.name)}, as_of, snapshot) as r ${joins}`;
}

/** SQL that counts a table's known rows, those that name a household or person, and of these the ones whose household or person no known row introduces. */
export function orphansSql(table: ContractTable): string {
  const kinds = [...new Set(Object.values(table.columns).flatMap((schema) => meaningOf(schema).identifier ?? []))].filter(
    (kind) => kind !== table.name,
  );
  const orphans = kinds.map(
    (kind) => `count(r.${kind}_key)::integer as references_to_${kind},
      count(*) filter (where r.${kind}_key is not null and ${kind}.${kind}_key is null)::integer as orphans_of_${kind}`,
  );
  const joins = kinds.map(
    (kind) =>
      `left join (select distinct ${kind}_key from known('${kind}', $as_of, $snapshot)) as ${kind} on ${kind}.${kind}_key = r.${kind}_key`,
  );
  return `select ${["count(*)::integer as row_count", ...orphans].join(", ")} from known(${quoted(table.name)}, $as_of, $snapshot) as r ${joins.join(" ")}`;
}
