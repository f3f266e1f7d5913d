import type { ContractTable } from "../contract/table.ts";
import { contractTable } from "../contract/tables.ts";
import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import { mapColumns } from "./mapping.ts";
import { maskedText } from "./mask.ts";
import { bindKey, type IdKind, type Pseudonyms, unbindKey } from "./pseudonym.ts";
import type { Reader } from "./readers/reader.ts";
import { originOf } from "./source-file.ts";
import type { Source, TableSource } from "./source-shapes.ts";
import { identifierKinds, stage } from "./stage.ts";
import { parseUnpivot } from "./unpivot.ts";
import { checkAreas, weigh } from "./versions.ts";

/** A table's rows as they stand in `stage`, weighed. */
export interface Staged {
  contract: ContractTable;
  kinds: IdKind[];
  rowsRead: number;
  hasVersions: boolean;
  warnings: string[];
}

/** What is staged, and the day of loading. */
interface Rows {
  source: Source;
  table: TableSource;
  pseudonyms: Pseudonyms;
  reader: () => Reader | Promise<Reader>;
  now: Date;
}

/** Reads a table's rows into `stage`, checks and weighs them. */
export async function stageTable(session: Session, rows: Rows): Promise<Staged> {
  try {
    return await readRows(session, rows);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(rows, error as Error);
  }
}

async function readRows(session: Session, { source, table, pseudonyms, reader: open, now }: Rows): Promise<Staged> {
  const contract = contractTable(table.table) as ContractTable;
  const reader = await open();
  const { columns, warnings } = await mapColumns(session, source, table, contract, reader.columns);
  const unpivot = await parseUnpivot(session, source, table, reader.columns);
  const today = source.synthetic ? undefined : now.toISOString().slice(0, 10);
  await bindKey(session, pseudonyms);
  const broken = await stage(session, { contract, columns, reader, pseudonyms, unpivot, today }).finally(() => unbindKey(session));
  await checkAreas(session, contract);
  const hasVersions = await weigh(session, contract, table.mode);
  const rowsRead = (await session.value<number>("select count(*)::integer from stage")) + broken;
  if (rowsRead === 0) warnings.push("there are no rows");
  return { contract, kinds: identifierKinds(contract), rowsRead, hasVersions, warnings };
}

/** The database's words may quote the rows: no cause goes along, and of errors about values only the kind is told. */
function unreadable({ source, table }: Rows, error: Error): UserError {
  const [words = ""] = maskedText(error.message).split("\n");
  const said = /^(Binder|Catalog|IO|Parser|Out of Memory) Error/.test(words) ? words : words.split(/["']/)[0];
  return new UserError("unreadable_source", `${source.file}: ${table.table}: ${originOf(table)} cannot be loaded: ${said}`);
}
