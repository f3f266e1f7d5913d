import type { ContractTable } from "../contract/table.ts";
import { hashOf } from "../domain/canonical.ts";
import { addDays } from "../domain/dates.ts";
import type { Session } from "../warehouse/session.ts";
import { claimedRanges, type DoubtfulMonths } from "./claims.ts";
import type { FileRead } from "./source-files.ts";
import type { Source, TableSource } from "./source-shapes.ts";

/** What a load did, as the ledger keeps it. */
export interface LoadCounts {
  rows_read: number;
  rows_accepted: number;
  rows_quarantined: number;
  rows_unchanged: number;
  rows_superseding: number;
  rows_retracted: number;
}

/** The hash that makes a load the same load: the files' bytes, the definition, and which key made the pseudonyms. Not the files' places. */
export function contentHash(source: Source, table: TableSource, files: readonly FileRead[], keyFingerprint: string): string {
  return hashOf({ ...definitionOf(source, table, keyFingerprint), files: files.map((file) => file.sha256) });
}

/** The hash of all that decides which rows are read of a source and what becomes of them. */
export function definitionHash(source: Source, table: TableSource, keyFingerprint: string): string {
  return hashOf(definitionOf(source, table, keyFingerprint));
}

function definitionOf(source: Source, table: TableSource, key: string): Record<string, unknown> {
  const { files: _patterns, postgres, ...definition } = table;
  const { source: name, synthetic, pseudonymous } = source;
  const { overlap_hours: _, full_every_days: __, batch_rows: ___, ...relation } = postgres ?? {};
  return { name, synthetic, pseudonymous, definition: postgres === undefined ? definition : { ...definition, postgres: relation }, key };
}

/** The load of that content, or null. */
export async function loadedAs(session: Session, hash: string): Promise<number | null> {
  return session.value<number | null>("select min(load_id) from load where content_hash = $hash", { hash });
}

/** The number of the next load. */
export async function nextLoad(session: Session): Promise<number> {
  return session.value<number>("select coalesce(max(load_id), 0) + 1 from load");
}

/** Enters a load with what it covers and how its observations are read, within its transaction. */
export async function enterLoad(
  session: Session,
  load: {
    id: number;
    hash: string;
    source: Source;
    table: TableSource;
    contract: ContractTable;
    files: readonly FileRead[];
    warnings: readonly string[];
    doubtful: DoubtfulMonths;
  },
  counts: LoadCounts,
  clock: { now: string; seconds: number },
): Promise<void> {
  const { id, hash, source, table, contract, files, warnings, doubtful } = load;
  const period = contract.period === undefined ? "null::date" : `max("${contract.period}")::date`;
  await session.run(
    `insert into load
     select $id::integer, $source, $table, $hash, from_json($files::varchar, '[{"path": "VARCHAR", "sha256": "VARCHAR", "bytes": "BIGINT"}]'), $synthetic,
       $now::timestamp, $seconds::double, $rows_read, $rows_accepted, $rows_quarantined, $rows_unchanged, $rows_superseding, $rows_retracted,
       max(recorded_at), ${period}, from_json($warnings::varchar, '["VARCHAR"]')
     from stage where faults is null`,
    {
      ...{ id, hash, ...clock, ...counts },
      source: source.source,
      table: table.table,
      files: JSON.stringify(files),
      synthetic: source.synthetic,
      warnings: JSON.stringify(warnings),
    },
  );
  await enterCoverage(session, id, table, doubtful);
  for (const [name, recipes] of Object.entries(table.observations))
    for (const { recipe, window_months, ...definition } of [recipes].flat())
      await session.run("insert into observation_recipe values ($id, $name, $recipe, $window::integer, $definition::json)", {
        ...{ id, name, recipe, window: window_months ?? null },
        definition: JSON.stringify(definition),
      });
}

async function enterCoverage(session: Session, id: number, table: TableSource, doubtful: DoubtfulMonths): Promise<void> {
  for (const claim of table.covers) {
    const declared = claim.names ?? [...new Set([...Object.keys(table.observations), ...Object.keys(table.unpivot?.columns ?? {})])];
    const through = claim.complete_through ?? addDays(claim.until, -1);
    for (const name of table.table === "observation" ? declared : [""])
      for (const area of claim.areas === "all" ? [""] : claim.areas)
        for (const { from, until, by_row } of claimedRanges(claim, doubtful))
          await session.run(
            "insert into coverage values ($id, $table, $name, $area, $from::date, $until::date, $through::date, $lag, $byRow)",
            { id, name, area, table: table.table, from, until, through, lag: claim.publication_lag_days, byRow: by_row },
          );
  }
}
