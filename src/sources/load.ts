import type { ContractTable } from "../contract/table.ts";
import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import { doubtfulMonths, doubtWarning } from "./claims.ts";
import { admit } from "./door.ts";
import { writeHistory } from "./history.ts";
import { contentHash, enterLoad, type LoadCounts, loadedAs, nextLoad } from "./ledger.ts";
import type { Pseudonyms } from "./pseudonym.ts";
import type { Pulled } from "./pull/pulled.ts";
import { enterPull } from "./pull/pulls.ts";
import { type Quarantined, quarantine } from "./quarantine.ts";
import { openReader } from "./readers/open.ts";
import { checkSnapshotOrder, retractMissing } from "./retract.ts";
import { filesOf, readHashes } from "./source-files.ts";
import type { Source, TableSource } from "./source-shapes.ts";
import { stageTable } from "./stage-table.ts";

/** What became of one table of a source. */
export interface LoadReport extends LoadCounts {
  source: string;
  table: string;
  load_id: number;
  /** The same content was loaded before, or a pull brought nothing new since, as `load_id`; nothing changed. */
  already_loaded: boolean;
  quarantine_file: string | null;
  reasons: string[];
  warnings: string[];
  seconds: number;
}

/** Where refused rows go, and the clock, which is outside of everything that is hashed. */
export interface LoadPlace {
  quarantineDirectory: string;
  now: () => Date;
}

/** Loads one table of a source, its files or what was pulled, in one transaction. A UserError when too many rows are bad; nothing has changed then. */
export async function loadTable(
  session: Session,
  source: Source,
  table: TableSource,
  pseudonyms: Pseudonyms,
  place: LoadPlace,
  pulled?: Pulled,
): Promise<LoadReport> {
  const started = place.now();
  const files = pulled === undefined ? await readHashes(await filesOf(session, source, table)) : [pulled.file];
  const paths = files.map((file) => file.path);
  const hash = contentHash(source, table, files, pseudonyms.fingerprint);
  const about = { source: source.source, table: table.table };
  const earlier = await loadedAs(session, hash);
  const note = (load: number) =>
    pulled === undefined ? Promise.resolve() : enterPull(session, pulled, { ...about, now: timestamp(place.now()), load });
  if (earlier !== null) {
    await note(earlier);
    return { ...about, ...nothingDone, load_id: earlier };
  }
  await checkSnapshotOrder(session, source, table);

  const reader = () => pulled?.reader ?? openReader(session, table, paths);
  const staged = await stageTable(session, { source, table, pseudonyms, reader, now: started });
  const { contract, warnings } = staged;
  const refused = await quarantine(session, contract, paths, {
    directory: place.quarantineDirectory,
    name: hash.slice(0, 32),
  });
  stopWhenTooBad(source, table, refused, staged.rowsRead);

  const id = await nextLoad(session);
  const counts = await session.transaction(async () => {
    for (const kind of staged.kinds) await admit(session, kind, id);
    const written = await writeHistory(session, contract, id, staged.hasVersions);
    const counts: LoadCounts = {
      rows_read: staged.rowsRead,
      rows_accepted: written.accepted,
      rows_quarantined: refused.rows,
      rows_unchanged: staged.rowsRead - written.accepted - refused.rows,
      rows_superseding: written.superseding,
      rows_retracted: await retract(session, source, table, contract, id, refused, warnings),
    };
    if (pulled?.last !== undefined && isNothing(counts)) {
      await note(pulled.last.load_id);
      return { ...counts, already_loaded: true, load_id: pulled.last.load_id };
    }
    const doubtful = refused.rows === 0 ? [] : await doubtfulMonths(session, table, contract);
    warnings.push(...[doubtWarning(table, doubtful)].filter((warning) => warning !== undefined));
    const clock = { now: timestamp(place.now()), seconds: secondsSince(started, place) };
    await enterLoad(session, { id, hash, source, table, contract, files, warnings, doubtful }, counts, clock);
    await note(id);
    return { ...counts, already_loaded: false, load_id: id };
  });
  await session.script("drop table stage; drop table broken_line; drop table if exists touched");
  const { file: quarantine_file, reasons } = refused;
  return { ...about, ...counts, quarantine_file, reasons, warnings, seconds: secondsSince(started, place) };
}

/** Whether a load's rows say nothing that the warehouse did not know. */
function isNothing(counts: LoadCounts): boolean {
  return counts.rows_accepted + counts.rows_quarantined + counts.rows_superseding + counts.rows_retracted === 0;
}

function timestamp(moment: Date): string {
  return moment.toISOString().replace("Z", "");
}

const nothingDone = {
  ...{ rows_read: 0, rows_accepted: 0, rows_quarantined: 0, rows_unchanged: 0, rows_superseding: 0, rows_retracted: 0 },
  ...{ already_loaded: true, quarantine_file: null, reasons: [], warnings: [], seconds: 0 },
};

async function retract(
  session: Session,
  source: Source,
  table: TableSource,
  contract: ContractTable,
  load: number,
  refused: Quarantined,
  warnings: string[],
): Promise<number> {
  if (table.mode !== "snapshot") return 0;
  if (refused.rows === 0) return retractMissing(session, source, table, contract, load);
  warnings.push("nothing was retracted: with refused rows one cannot say what the snapshot misses");
  return 0;
}

function stopWhenTooBad(source: Source, table: TableSource, refused: Quarantined, read: number): void {
  if (refused.rows <= read * source.max_bad_share) return;
  throw new UserError(
    "too_many_bad_rows",
    `${source.file}: ${table.table}: ${refused.rows} of ${read} rows are bad, more than max_bad_share ${source.max_bad_share}; nothing was loaded.\n` +
      `${refused.reasons.map((reason) => `  ${reason}`).join("\n")}\n  All of them: ${refused.file}`,
  );
}

function secondsSince(started: Date, place: LoadPlace): number {
  return (place.now().getTime() - started.getTime()) / 1000;
}
