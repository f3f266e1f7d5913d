import type { Session } from "../../warehouse/session.ts";
import type { LastPull, Pulled } from "./pulled.ts";

/** The latest pull of a source's table by a definition, as the warehouse remembers it. */
export async function lastPull(session: Session, source: string, table: string, definition: string): Promise<LastPull | undefined> {
  const [last] = await session.rows<Record<keyof LastPull, never>>(
    `select watermark, transaction, load_id, (max(case when is_full then pulled_at end) over ())::varchar as full_at
     from pull
     where source = $source and table_name = $table and definition = $definition
     order by rowid desc
     limit 1`,
    { source, table, definition },
  );
  return last && { ...last };
}

/** Enters a pull, within the transaction of its load. */
export async function enterPull(
  session: Session,
  { definition, isFull, watermark, transaction, spool }: Pulled,
  entry: { source: string; table: string; now: string; load: number },
): Promise<void> {
  const rows = spool.notes.reduce((total, note) => total + note.rows, 0);
  await session.run(
    `insert into pull
     values ($source, $table, $definition, $now::timestamp, $isFull, $watermark::bigint, $transaction::bigint, $rows::bigint, $load::integer)`,
    { ...entry, definition, isFull, watermark, transaction, rows },
  );
}
