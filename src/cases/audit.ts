import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../domain/errors.ts";
import { type AuditEntry, type AuditRecord, cleaned, hashOfHead, hashOfOpening, hashOfRecord, origin } from "./audit-record.ts";
import type { Rows, Store } from "./store.ts";

export interface Audit {
  /** Resolves when the record is committed. When it rejects, there may be no record: what it was to tell of must not be answered. */
  record(entry: AuditEntry): Promise<void>;
  /** Waits for what is being written; later records are refused. */
  close(): Promise<void>;
}

interface Waiting {
  entry: AuditEntry;
  at: string;
  resolve(): void;
  reject(error: unknown): void;
}

/** Where a writer's chain ends. */
interface Head {
  sequence: number;
  hash: string;
}

const largestGroup = 500;
/** How long the first record of a group waits for company: a statement costs much the same for one and for many. */
const gatherMs = 2;

/**
 * Opens a chain of records of this process's own. Records that come while others are being written go together into the next
 * statement. `writer` must be new to the store: two that share a chain would spoil it.
 */
export async function openAudit(store: Store, { writer = randomUUID(), now }: { writer?: string; now(): Date }): Promise<Audit> {
  let head: Head | undefined = await openWriter(store, writer, now().toISOString());
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let isClosed = false;

  const writeAll = async () => {
    while (waiting.length > 0) {
      await sleep(gatherMs);
      const group = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      try {
        // A transaction that failed may have been committed before the answer was lost.
        head = await append(store, writer, head ?? (await readHead(store, writer)), group);
        for (const each of group) each.resolve();
      } catch (error) {
        head = undefined;
        for (const each of group) each.reject(error);
      }
    }
    writing = undefined;
  };

  return {
    record: (entry) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error("the audit is closed"));
        waiting.push({ entry: cleaned(entry), at: now().toISOString(), resolve, reject });
        writing ??= writeAll();
      }),
    close: async () => {
      isClosed = true;
      await writing;
    },
  };
}

async function openWriter(store: Store, writer: string, openedAt: string): Promise<Head> {
  return store.transaction(async (transaction) => {
    await transaction.rows("select pg_advisory_xact_lock(hashtext('aldyn audit writers'))");
    if ((await transaction.rows("select 1 from audit_writer where writer = $1", [writer])).length > 0)
      throw new UserError("audit_writer_taken", `the audit has a writer ${writer} already; each process needs its own`);
    const [last] = await transaction.rows<{ number: number; opening_hash: string }>(
      "select number, opening_hash from audit_writer order by number desc limit 1",
    );
    const opening = { number: (last?.number ?? 0) + 1, writer, opened_at: openedAt, previous_hash: last?.opening_hash ?? origin };
    const head = { sequence: 0, hash: hashOfOpening(opening) };
    await transaction.rows(
      `insert into audit_writer (number, writer, opened_at, previous_hash, opening_hash, sequence, hash, head_hash)
       values ($1, $2, $3, $4, $5, 0, $5, $6)`,
      [opening.number, writer, openedAt, opening.previous_hash, head.hash, hashOfHead({ writer, ...head })],
    );
    return head;
  });
}

async function readHead(store: Store, writer: string): Promise<Head> {
  const [head] = await store.rows<Head & Record<string, unknown>>("select sequence, hash from audit_writer where writer = $1", [writer]);
  if (head === undefined) throw new Error(`the audit has lost its writer ${writer}`);
  return { sequence: head.sequence, hash: head.hash };
}

async function append(store: Store, writer: string, from: Head, group: readonly Waiting[]): Promise<Head> {
  const records: AuditRecord[] = [];
  let head = from;
  for (const { entry, at } of group) {
    const record = { writer, sequence: head.sequence + 1, at, ...entry, previous_hash: head.hash, hash: "" };
    records.push({ ...record, hash: hashOfRecord(record) });
    head = { sequence: record.sequence, hash: records.at(-1)!.hash };
  }
  await write(store, writer, from, head, records);
  return head;
}

/** Moves the writer's head and adds the records: one statement, so both or neither. */
async function write(store: Rows, writer: string, from: Head, to: Head, records: readonly AuditRecord[]): Promise<void> {
  const [answer] = await store.rows<{ moved: string | null }>("select audit_append($1, $2, $3, $4, $5, $6, $7::jsonb) as moved", [
    writer,
    from.sequence,
    from.hash,
    to.sequence,
    to.hash,
    hashOfHead({ writer, ...to }),
    JSON.stringify(records),
  ]);
  if (answer?.moved !== writer)
    throw new Error(`the head of the audit's writer ${writer} is not where it was left: another process writes to it`);
}
