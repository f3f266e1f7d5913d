import type { ContractTable } from "../contract/table.ts";
import { UserError } from "../domain/errors.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import type { CoverageClaim, Source, TableSource } from "./source-shapes.ts";
import { storedColumns } from "./stage.ts";
import { sameIn } from "./versions.ts";

/** Refuses a snapshot older than one of the same source that is loaded already: what it misses may have come since. */
export async function checkSnapshotOrder(session: Session, source: Source, table: TableSource): Promise<void> {
  if (table.mode !== "snapshot") return;
  const newest = await session.value<string | null>(
    "select max(newest_recorded_at)::varchar from load where source = $source and table_name = $table and newest_recorded_at > $taken::timestamp",
    { source: source.source, table: table.table, taken: table.recorded_at as string },
  );
  if (newest !== null)
    throw new UserError(
      "old_snapshot",
      `${source.file}: ${table.table}: the snapshot of ${table.recorded_at} is older than what is loaded of ${source.source} (${newest}); snapshots must be loaded in order`,
    );
}

/** Closes the rows of this source whose key the snapshot no longer has, within what it covers. Returns how many. */
export async function retractMissing(
  session: Session,
  source: Source,
  table: TableSource,
  contract: ContractTable,
  load: number,
): Promise<number> {
  const { key, nullableKey } = storedColumns(contract);
  const claims = table.covers.length === 0 ? ["true"] : table.covers.map((claim) => `(${coveredSql(claim, contract)})`);
  const parameters: Parameters = { load, taken: table.recorded_at as string, source: source.source, table: table.table };
  return session.run(
    `update ${contract.name} as t set superseded_at = $taken::timestamp, superseded_by_load = $load::integer
     where superseded_at is null and replaced_by_load is null and recorded_at <= $taken::timestamp
       and load_id <> $load::integer
       and load_id in (select load_id from load where source = $source and table_name = $table)
       and (${claims.join(" or ")})
       and not exists (from stage as s where ${sameIn(key, "s", "t", nullableKey)})`,
    parameters,
  );
}

function coveredSql(claim: CoverageClaim, contract: ContractTable): string {
  const period =
    contract.period === undefined
      ? "true"
      : `t."${contract.period}" >= date ${quoted(claim.from)} and t."${contract.period}" < date ${quoted(claim.until)}`;
  if (claim.areas === "all") return period;
  const inArea = (area: string) => (claim.areas as string[]).map((prefix) => `starts_with(${area}, ${quoted(prefix)})`).join(" or ");
  return `${period} and (${areaSql(contract, inArea)})`;
}

/** SQL that a row lies in an area: by its own code, or by that of its household, or of its person's household, as they are known last. */
function areaSql(contract: ContractTable, inArea: (area: string) => string): string {
  if ("area_code" in contract.columns) return inArea("t.area_code");
  const last = "superseded_at is null and replaced_by_load is null";
  const households = `select household_key from household where ${last} and (${inArea("area_code")})`;
  const ofHousehold = `t.household_key in (${households})`;
  const ofPerson = `t.person_key in (select person_key from person where ${last} and household_key in (${households}))`;
  const has = (column: string) => column in contract.columns;
  return has("household_id") && has("person_id") ? `${ofHousehold} or ${ofPerson}` : has("household_id") ? ofHousehold : ofPerson;
}
