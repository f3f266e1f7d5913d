import { type AuditOpening, type AuditRecord, hashOfHead, hashOfOpening, hashOfRecord, origin } from "./audit-record.ts";
import type { Rows, Store } from "./store.ts";

/** One thing that is not as it was written. `sequence` is null when it is the writer's own row. */
export interface AuditFault {
  writer: string;
  sequence: number | null;
  fault: "changed" | "missing" | "reordered" | "cut_off" | "added";
  detail: string;
}

export interface AuditVerification {
  writers: number;
  records: number;
  faults: AuditFault[];
  /** Whether the search ended early because there are so many faults. */
  stopped: boolean;
}

interface Writer extends AuditOpening {
  opening_hash: string;
  sequence: number;
  hash: string;
  head_hash: string;
}

const pageSize = 5_000;
/** Enough to act on; a table overwritten as a whole would have millions. */
const mostFaults = 100;

/** Recomputes every chain, from one moment's view of the store. Whoever may write to the store and recomputes all hashes from a record to the end is not found out; the grants keep that from happening. */
export function verifyAudit(store: Store): Promise<AuditVerification> {
  return store.transaction(async (transaction) => {
    await transaction.rows("set transaction isolation level repeatable read, read only");
    const writers = await transaction.rows<Writer>(
      "select number, writer, opened_at, previous_hash, opening_hash, sequence, hash, head_hash from audit_writer order by number",
    );
    const faults = [...faultsOfOpenings(writers), ...(await faultsOfStrangers(transaction))];
    let records = 0;
    for (const writer of writers)
      for await (const found of walk(transaction, writer)) {
        if (found.fault !== undefined) faults.push({ writer: writer.writer, ...found.fault });
        else records += 1;
        if (faults.length >= mostFaults) return { writers: writers.length, records, faults, stopped: true };
      }
    return { writers: writers.length, records, faults, stopped: false };
  });
}

function faultsOfOpenings(writers: readonly Writer[]): AuditFault[] {
  const faults: AuditFault[] = [];
  let before = { number: 0, opening_hash: origin };
  for (const writer of writers) {
    const fault = (kind: AuditFault["fault"], detail: string) =>
      faults.push({ writer: writer.writer, sequence: null, fault: kind, detail });
    if (writer.number !== before.number + 1)
      fault("missing", `writers ${before.number + 1} to ${writer.number - 1}, opened before it, are gone`);
    else if (writer.previous_hash !== before.opening_hash) fault("changed", "its opening does not follow the one before it");
    if (hashOfOpening(writer) !== writer.opening_hash) fault("changed", "its opening is not what its hash was made of");
    if (hashOfHead(writer) !== writer.head_hash) fault("changed", "its head is not what its hash was made of");
    before = writer;
  }
  return faults;
}

/** Records of writers that have no row of their own. */
async function faultsOfStrangers(transaction: Rows): Promise<AuditFault[]> {
  const strangers = await transaction.rows<{ writer: string; records: number }>(
    "select writer, count(*) as records from audit where writer not in (select writer from audit_writer) group by writer order by writer",
  );
  return strangers.map(({ writer, records }) => ({
    writer,
    sequence: null,
    fault: "missing",
    detail: `the writer's own row is gone; it has ${records} records`,
  }));
}

type Fault = Omit<AuditFault, "writer">;
interface Link {
  sequence: number;
  hash: string;
}

/** A writer's records in order, page by page, each with nothing or as so many faults as it has; last, its head against them. */
async function* walk(transaction: Rows, writer: Writer): AsyncGenerator<{ fault?: Fault }> {
  let last: Link = { sequence: 0, hash: writer.opening_hash };
  let page: AuditRecord[];
  do {
    page = await transaction.rows<AuditRecord>(
      `select writer, sequence, at, principal_id, role, areas, action, purpose, objects, outcome, status, previous_hash, hash
       from audit where writer = $1 and sequence > $2 order by sequence limit ${pageSize}`,
      [writer.writer, last.sequence],
    );
    for (const record of page) {
      yield {};
      for (const fault of await faultsOf(transaction, record, last)) yield { fault };
      last = record;
    }
  } while (page.length === pageSize);
  const fault = faultOfEnd(writer, last);
  if (fault !== undefined) yield { fault };
}

async function faultsOf(transaction: Rows, record: AuditRecord, before: Link): Promise<Fault[]> {
  const { sequence, previous_hash } = record;
  const isItself = hashOfRecord(record) === record.hash;
  const changed: Fault[] = isItself ? [] : [{ sequence, fault: "changed", detail: `record ${sequence} is not what its hash was made of` }];
  if (sequence > before.sequence + 1) {
    const [first, last] = [before.sequence + 1, sequence - 1];
    const detail = first === last ? `record ${first} is gone` : `records ${first} to ${last} are gone`;
    return [{ sequence: first, fault: "missing", detail }, ...changed];
  }
  if (previous_hash === before.hash) return changed;
  const [rightful] = await transaction.rows<{ sequence: number }>("select sequence from audit where writer = $1 and hash = $2", [
    record.writer,
    previous_hash,
  ]);
  if (rightful !== undefined)
    return [{ sequence, fault: "reordered", detail: `record ${sequence} was written after what stands as record ${rightful.sequence}` }];
  if (changed.length > 0) return changed;
  if (before.sequence === 0) return [{ sequence, fault: "changed", detail: `record ${sequence} does not follow its writer's opening` }];
  const detail = `record ${before.sequence} is not the one that record ${sequence} was written after`;
  return [{ sequence: before.sequence, fault: "changed", detail }];
}

function faultOfEnd(writer: Writer, last: Link): Fault | undefined {
  const [next, head] = [last.sequence + 1, writer.sequence];
  if (last.sequence < head) return { sequence: next, fault: "cut_off", detail: `the last records, ${next} to ${head}, are gone` };
  if (last.sequence > head)
    return { sequence: head + 1, fault: "added", detail: `records ${head + 1} to ${last.sequence} came by another way` };
  if (last.hash === writer.hash) return undefined;
  return { sequence: last.sequence, fault: "changed", detail: `record ${last.sequence} is not the one that was written last` };
}
