import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { openDatabase } from "./database.ts";

const heldHere = new Set<string>();

export interface LockRequest {
  directory: string;
  /** The lock is the file `<name>.duckdb`; `<name>.json` beside it says who holds it. */
  name: string;
  /** What the holder does, in words for those who are refused. */
  doing: string;
  /** Since when, as ISO text; the moment at which the lock was taken when absent. */
  startedAt?: string;
  /** How long to wait for it, in seconds; not at all when absent. */
  waitSeconds?: number | undefined;
  /** Makes the error for one who is refused, given who holds the lock. */
  refused(holder: string, cause?: unknown): UserError;
}

/** Takes a lock that one process at a time may hold; gives what lets it go. It is the kernel's: it ends with the process, however that ends. */
export async function takeLock({ directory, name, doing, startedAt, waitSeconds = 0, refused }: LockRequest): Promise<() => void> {
  mkdirSync(directory, { recursive: true });
  const lockFile = join(directory, `${name}.duckdb`);
  const noteFile = join(directory, `${name}.json`);
  if (heldHere.has(lockFile)) throw refused(holderOf(noteFile));
  heldHere.add(lockFile);
  try {
    const lock = await openDatabase(lockFile, { mode: "write", waitSeconds, threads: 1 }).catch((error: unknown) => {
      throw error instanceof UserError ? refused(holderOf(noteFile), error) : error;
    });
    writeFileSync(noteFile, JSON.stringify({ pid: process.pid, doing, started_at: startedAt }));
    return () => {
      lock.close();
      heldHere.delete(lockFile);
    };
  } catch (error) {
    heldHere.delete(lockFile);
    throw error;
  }
}

function holderOf(noteFile: string): string {
  try {
    const note = JSON.parse(readFileSync(noteFile, "utf8")) as { pid: number; doing: string; started_at?: string };
    return `process ${note.pid}, ${note.doing}, since ${note.started_at ?? statSync(noteFile).mtime.toISOString()}`;
  } catch {
    return "a process that has just started";
  }
}
